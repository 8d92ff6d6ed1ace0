"""The types of a private query's keys and values, which the engine knows before it reads a row.

A query that must be refused because of its types is refused here, before anything is charged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from simulator.execution.engines.engine import Engine
from simulator.execution.engines.engine_plan import bound_plan
from simulator.execution.one_row_oracles import refuse_one_row_oracles
from simulator.execution.one_row_oracles.equal_values import refuse_unlike_looks
from simulator.execution.one_row_oracles.group_keys import canonical_key
from simulator.execution.one_row_oracles.row_order import refuse_felt_order
from simulator.execution.private.grid import Grid, grid_of
from simulator.execution.private.query import PrivateQuery
from simulator.privacy.budget import Aggregation

OF_VALUES = (Aggregation.SUM, Aggregation.AVG, Aggregation.STDDEV)
"""The functions whose values are clamped."""


@dataclass(frozen=True, slots=True)
class RowTypes:
    """The types of the rows of a query.

    Attributes:
        keys: Group key column to SQL that gives equal keys one representation.
        grids: Value column that is summed, to the grid of its type.
    """

    keys: Mapping[str, str]
    grids: Mapping[str, Grid]


def row_types(
    engine: Engine, query: PrivateQuery, rows_sql: str, rows_scans: Collection[str], float_step: Fraction
) -> RowTypes:
    """Ask the engine for the types; it reads no row.

    Args:
        engine: Holds the tables.
        query: The query.
        rows_sql: Its rows, as the engine's SQL.
        rows_scans: The tables that it may scan for them.
        float_step: Grid of FLOAT and DOUBLE.

    Raises:
        NotTranslatableError: The engine rejects the SQL, or a cast that it adds could fail on a row.
        NotEnforceableError: The argument of a sum or average is not numeric, a key cannot be shown, or the answer could
            depend on the order of rows or distinguish equal values.
    """
    plan = bound_plan(engine, rows_sql)
    refuse_one_row_oracles(plan)
    refuse_felt_order(plan)
    refuse_unlike_looks(plan)
    described = f"SELECT * FROM ({rows_sql}) AS query LIMIT 0"  # noqa: S608 - translated SQL
    columns = engine.query(described, rows_scans).columns
    types = {column.name: column.type for column in columns}
    grids = {
        value: grid_of(types[value], each.expression, float_step)
        for each, value in query.with_values()
        if each.function in OF_VALUES
    }
    return RowTypes({name: canonical_key(name, types[name]) for name in query.groups}, grids)
