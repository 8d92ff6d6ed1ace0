"""A protected column of an ID mapping table that is used for anything but joining."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.mapping import joined_in_where, protected_columns
from simulator.request import TableKind
from simulator.sql.brackets import around_brackets
from simulator.sql.resolved import Clause, ColumnUse, Origin
from simulator.sql.tracing import column_use
from simulator.verdict import Basis, Finding

_PAGE = f"{USER_GUIDE}/analysis-rules-id-mapping-table.html"
_FOR_DIMENSIONS = frozenset({Clause.SELECT, Clause.GROUP_BY, Clause.JOIN})


def mapping_column_outside_join(context: QueryContext) -> Iterator[Finding]:
    """A protected id outside JOIN ... ON: in SELECT, WHERE, GROUP BY, HAVING or ORDER BY.

    CTEs and derived tables count as well. Ids whose protection was lifted may be selected and grouped by. Open:
    filtering by those, and joining by WHERE.

    Why: A mapping table says which id of one side is which id of the other. It is there to join by; shown, it would
        hand over that knowledge.
    Avoid: `SELECT m.src_id, p.premium FROM drivers d JOIN id_map m ON d.id = m.src_id
        JOIN policies p ON p.id = m.tgt_id`
    Prefer: `SELECT d.driver_state, p.premium FROM drivers d JOIN id_map m ON d.id = m.src_id
        JOIN policies p ON p.id = m.tgt_id`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-id-mapping-table.html
    """
    for select in context.script.selects:
        for use in select.uses:
            for origin in use.origins:
                if origin.table.kind is TableKind.ID_MAPPING:
                    yield from _used(context, use, origin)


def _used(context: QueryContext, use: ColumnUse, origin: Origin) -> Iterator[Finding]:
    if use.clause is Clause.JOIN and not use.correlated:
        yield from _in_condition(context, use, origin)
        return
    if origin.column in protected_columns(origin.table):
        if joined_in_where(context, use):
            message = f"{_named(origin)} is joined by WHERE; only JOIN ... ON is said to enforce the overlap"
            setting = "implicit_join_to_mapping_table"
            yield from context.open(
                mapping_column_outside_join, setting, message, _PAGE, at=use.node, table=origin.table
            )
        else:
            yield from _refused(context, origin, use.clause, use.node)
    elif use.clause not in _FOR_DIMENSIONS and protected_columns(origin.table):
        message = f"{_named(origin)} is used in {use.clause}; unprotected ids are said to serve SELECT and GROUP BY"
        setting = "mapping_dimension_in_filter"
        yield from context.open(mapping_column_outside_join, setting, message, _PAGE, at=use.node, table=origin.table)


def _in_condition(context: QueryContext, use: ColumnUse, origin: Origin) -> Iterator[Finding]:
    """A condition such as `m.src_id = 'x'` filters, although it stands in ON."""
    if origin.column not in protected_columns(origin.table) or isinstance(use.node, exp.Identifier):
        return
    equality = around_brackets(use.node)
    sides = (equality.this, equality.expression) if isinstance(equality, exp.EQ) else ()
    others = [other for side in sides if (other := column_use(context.script, side)) is not None and other is not use]
    if not any(other.origins for other in others):
        message = f"{_named(origin)} is protected: in ON it may only be equal to a column of another table"
        yield from context.deny(
            mapping_column_outside_join, message, _PAGE, at=use.node, table=origin.table, basis=Basis.DERIVED
        )


def _refused(context: QueryContext, origin: Origin, clause: Clause, node: exp.Expression) -> Iterator[Finding]:
    message = f"{_named(origin)} is protected: it may be used in JOIN ... ON only, not in {clause}"
    yield from context.deny(mapping_column_outside_join, message, _PAGE, at=node, table=origin.table)


def _named(origin: Origin) -> str:
    return f"mapping column '{origin.table.name}.{origin.column}'"
