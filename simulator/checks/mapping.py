"""What an ID mapping table protects and how it is joined: the vocabulary of its checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.request import Table, TableKind
from simulator.sql.brackets import around_brackets, within_brackets
from simulator.sql.conditions import conjuncts
from simulator.sql.resolved import Clause, ColumnUse, Join, Select, Source
from simulator.sql.tracing import before, column_use


@dataclass(frozen=True, slots=True)
class Match:
    """An equality between a column of a mapping table and a column of a collaboration table.

    Attributes:
        column: Name of the mapping table's column.
        other: The FROM entry on the other side.
        join: The join whose ON or USING holds the equality; None when WHERE holds it.
    """

    column: str
    other: Source
    join: Join | None


def protected_columns(table: Table) -> frozenset[str]:
    """Return the columns of an ID mapping table that may be used in joins only; none when no side is protected."""
    if table.id_mapping_rule is None or not overlap_columns(table):
        return frozenset()
    return frozenset(table.columns) - frozenset(table.id_mapping_rule.dimension_columns or ())


def overlap_columns(table: Table) -> tuple[str, ...]:
    """Return the columns of an ID mapping table that must be joined to a collaboration table."""
    rule = table.id_mapping_rule
    if rule is None:
        return ()
    if not rule.query_constraints:
        return tuple(name for name in rule.join_columns if name not in (rule.dimension_columns or ()))
    columns = rule.query_constraints[0].require_overlap.columns
    return rule.join_columns if columns is None else columns


def mapping_sources(context: QueryContext) -> Iterator[tuple[Select, Source, Table]]:
    """Yield every place where the query reads an ID mapping table."""
    for select in context.script.selects:
        for source in select.sources.values():
            if source.table is not None and source.table.kind is TableKind.ID_MAPPING:
                yield select, source, source.table


def matches(context: QueryContext, select: Select, source: Source) -> Iterator[Match]:
    """Yield the equalities that hold for every row and tie the mapping table *source* to a collaboration table."""
    for join in select.joins:
        if join.condition is not None:
            yield from _equalities(context, source, join.condition, join)
        for name in () if join.natural else join.using:
            yield from _merged(select, source, join, name)
    where = select.node.args.get("where")
    if where is not None:
        yield from _equalities(context, source, where.this, None)


def _equalities(context: QueryContext, source: Source, condition: exp.Expression, join: Join | None) -> Iterator[Match]:
    for part in conjuncts(condition):
        if not isinstance(part, exp.EQ):
            continue
        sides = (column_use(context.script, part.this), column_use(context.script, part.expression))
        for own, other in (sides, sides[::-1]):
            if own is None or other is None or own.source is not source or other.source is None:
                continue
            if _is_collaboration_column(other):
                yield Match(own.name, other.source, join)


def _merged(select: Select, source: Source, join: Join, name: str) -> Iterator[Match]:
    pairs = [(join.source, left) for left in before(select, join) if name in left.columns]
    for own, other in (*pairs, *((left, right) for right, left in pairs)):
        if own is source and _holds_collaboration_column(other, name):
            yield Match(name, other, join)


def joined_in_where(context: QueryContext, use: ColumnUse) -> bool:
    """Tell whether *use* is one side of an implicit join: an equality in WHERE with a collaboration table's column."""
    parent = around_brackets(use.node)
    if use.clause is not Clause.WHERE or not isinstance(parent, exp.EQ):
        return False
    sides = [within_brackets(parent.this), within_brackets(parent.expression)]
    other = context.script.use(sides[1] if sides[0] is use.node else sides[0])
    return other is not None and other.source is not use.source and _is_collaboration_column(other)


def _is_collaboration_column(use: ColumnUse) -> bool:
    return bool(use.origins) and all(origin.table.kind is not TableKind.ID_MAPPING for origin in use.origins)


def _holds_collaboration_column(source: Source, name: str) -> bool:
    origins = source.columns.get(name, frozenset())
    return bool(origins) and all(origin.table.kind is not TableKind.ID_MAPPING for origin in origins)
