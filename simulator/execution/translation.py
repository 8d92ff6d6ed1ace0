"""The service's SQL as DuckDB SQL that means the same and can do nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types

from simulator.execution.conditions import make_conditions_boolean
from simulator.execution.engine_text import check_text
from simulator.execution.errors import NotTranslatableError
from simulator.execution.extreme_times import keep_from_extreme_times
from simulator.execution.fixed_arguments import refuse_computed_arguments
from simulator.execution.group_keys import show_one_zero
from simulator.execution.row_order import fix_row_order
from simulator.execution.single_values import give_null_for_several_rows
from simulator.execution.spark_semantics import BIGQUERY_DIFFERENCES, DIFFERENCES, LEGACY_DIFFERENCES
from simulator.execution.time_zones import without_zones
from simulator.execution.tolerant import make_tolerant
from simulator.execution.working_copy import SCHEMA

_DIFFERENCES = {"redshift": LEGACY_DIFFERENCES, "bigquery": BIGQUERY_DIFFERENCES}
_FORBIDDEN = (exp.ReadCSV, exp.ReadParquet, exp.Command, exp.Parameter, exp.SessionParameter)


def to_duckdb(
    tree: exp.Query,
    dialect: str,
    schema: Mapping[str, object],
    internal: Iterable[str] = (),
    *,
    is_private: bool = False,
) -> str:
    """Translate a working copy.

    Args:
        tree: A query whose tables are internal (see `working_copy`); it is not changed.
        dialect: sqlglot's name of the dialect it was written in: "spark", "redshift" or "bigquery".
        schema: Column types of the internal tables: schema to table to column to type.
        internal: Names of further internal tables that the query may read.
        is_private: Let nothing depend on the order of rows; see `row_order`.

    Raises:
        NotTranslatableError: DuckDB has no equal for a construct or function, or none that is listed in `functions`.
    """
    try:
        typed = annotate_types(tree.copy(), schema=dict(schema), dialect=dialect)
        evened = _evened_out(typed, dialect)
        text = evened.sql("duckdb", identify=True, unsupported_level=sqlglot.ErrorLevel.RAISE)
        translated = sqlglot.parse_one(text, read="duckdb")
    except (SqlglotError, ValueError) as error:
        raise NotTranslatableError(f"the query cannot be translated for the engine: {error}") from error
    except (AttributeError, LookupError, TypeError) as error:
        raise NotTranslatableError(
            "the query cannot be translated for the engine: a function has too few arguments, or too many"
        ) from error
    _check_tables(translated, internal)
    _check_nodes(translated)
    _check_windows(translated)
    refuse_computed_arguments(translated)
    guarded = keep_from_extreme_times(without_zones(_never_failing(translated)))
    single = give_null_for_several_rows(guarded)
    safe = make_conditions_boolean(single)
    typed_again = annotate_types(safe, schema=dict(schema), dialect=dialect)
    ordered = fix_row_order(typed_again) if is_private else typed_again
    written = make_tolerant(show_one_zero(ordered)).sql("duckdb", identify=True)
    check_text(written, windows=sum(1 for _ in evened.find_all(exp.Window)))
    return written


def _evened_out(tree: exp.Expr, dialect: str) -> exp.Expr:
    differences = _DIFFERENCES.get(dialect, DIFFERENCES)
    # Leaves first: a replaced operand must not be visited again inside its replacement.
    for node in reversed(list(tree.walk(bfs=False))):
        current = node
        for difference in differences:
            replacement = difference(current)
            if replacement is not None and replacement is not current:
                if replacement.type is None:
                    replacement.type = current.type
                current = current.replace(replacement)
    return tree


def _never_failing(tree: exp.Expr) -> exp.Expr:
    """Casts that fail give NULL, as Spark's."""
    for node in reversed(list(tree.walk(bfs=False))):
        if type(node) is exp.Cast:
            node.replace(exp.TryCast(this=node.this, to=node.to))
    return tree


def _check_tables(tree: exp.Expr, internal: Iterable[str]) -> None:
    named = {cte.alias.lower() for cte in tree.find_all(exp.CTE)} | {name.lower() for name in internal}
    for table in tree.find_all(exp.Table):
        plain = isinstance(table.this, exp.Identifier)
        ours = table.db == SCHEMA or (not table.db and table.name.lower() in named)
        extras = [key for key, value in table.args.items() if value and key not in {"this", "db", "alias", "joins"}]
        if not plain or not ours or table.catalog or extras:
            raise NotTranslatableError(f"{table.sql('duckdb')!r} in FROM cannot be run; allowed: tables of the room")


def _check_nodes(tree: exp.Expr) -> None:
    for node in tree.find_all(*_FORBIDDEN):
        raise NotTranslatableError(f"{node.sql('duckdb')!r} cannot be run")


def _check_windows(tree: exp.Expr) -> None:
    for window in tree.find_all(exp.Window):
        order = window.args.get("order")
        random = order.find(exp.Rand, exp.Uuid) if order is not None else None
        if random is not None:
            raise NotTranslatableError(
                f"{random.sql('duckdb')} in the ORDER BY of a window function cannot be run; "
                "select it under a name in a CTE and order by that name"
            )
