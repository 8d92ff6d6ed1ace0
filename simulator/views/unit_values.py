"""Where the privacy unit of a view is taken from: every SELECT that hands its value on, down to the tables.

    SELECT visitor, spend FROM shop.visits UNION ALL SELECT city, spend FROM shop.visits

takes the unit `visitor` from two columns of one table, so that one row of it is a row of two units.

    SELECT UPPER(visitor) AS visitor FROM shop.visits UNION ALL SELECT LOWER(visitor) FROM shop.visits

does so, too, with one column in two ways: a unit is told by a column and by what is made of it on the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlglot import exp

from simulator.request import Table
from simulator.sql.brackets import within_brackets
from simulator.sql.names import name_of
from simulator.sql.resolved import ColumnUse, Join, Projection, Query, Script, Select, Source
from simulator.sql.tracing import fields_of, sides

_MOST_WAYS = 2
"""Ways followed through one value: two are one too many, and more would tell nothing else."""

Way = tuple[str, ...]
"""What computes the unit, from the view down: the expressions, without their columns; a bare column adds nothing."""


@dataclass(frozen=True, slots=True)
class UnitValue:
    """The unit as one SELECT hands it on.

    Attributes:
        select: The SELECT.
        node: What it is computed by.
        uses: The columns in *node*.
        fields: The field of a STRUCT that is the unit, with its path; () when the whole value is.
        way: What is made of it on its way to the view, what *node* does included.
    """

    select: Select
    node: exp.Expression
    uses: tuple[ColumnUse, ...]
    fields: tuple[str, ...]
    way: Way


def columns_of_units(values: Iterable[UnitValue]) -> dict[str, list[str]]:
    """Return the columns that the unit is taken from, by the name of their table, each list sorted."""
    found: dict[str, set[str]] = {}
    for value in values:
        for use in value.uses:
            if use.source is not None and use.source.table is not None:
                path = (use.name, *fields_of(use), *value.fields)
                found.setdefault(use.source.table.name, set()).add(".".join(path))
            elif use.source is not None and use.source.query is None:
                for origin in use.origins:
                    found.setdefault(origin.table.name, set()).add(origin.column)
    return {table: sorted(columns) for table, columns in found.items()}


def ways_of_units(values: Iterable[UnitValue]) -> dict[str, set[Way]]:
    """Return the ways in which the unit of rows is computed, by the name of their table.

    A value without columns is the unit of the rows of all tables below its SELECT.
    """
    found: dict[str, set[Way]] = {}
    for value in values:
        read = [use.source for use in value.uses if use.source is not None and use.source.table is not None]
        for source in value.select.sources.values() if not value.uses else read:
            for table in tables_below(source):
                found.setdefault(table.name, set()).add(value.way)
    return found


def tables_below(source: Source) -> tuple[Table, ...]:
    """Return the tables that a FROM entry is, or is built on."""
    if source.table is not None:
        return (source.table,)
    return tuple(source.query.tables.values()) if source.query is not None else ()


def joins_without_unit(value: UnitValue) -> Iterator[Join]:
    """Yield the outer joins of a SELECT that keep rows for which the unit is NULL, whosesoever they are."""
    for join in value.select.joins:
        left, right = ({id(source) for source in side} for side in sides(value.select, join))
        kept = {"LEFT": [left], "RIGHT": [right], "FULL": [left, right]}.get(join.kind, [])
        for found in _alternatives(value):
            if not found.isdisjoint(left | right) and any(found.isdisjoint(side) for side in kept):
                yield join
                break


def _alternatives(value: UnitValue) -> list[set[int]]:
    """Return the FROM entries, by `id`, in groups of which one must have a row for the unit not to be NULL."""
    own = [(use, _holders(value.select, use)) for use in value.uses if not use.correlated]
    is_choice = isinstance(value.node, exp.Coalesce) and all(
        isinstance(part, exp.Column) for part in (value.node.this, *value.node.expressions)
    )
    groups = [{id(source) for source in holders} for _, holders in own]
    return [set().union(*groups)] if is_choice and groups else groups


def _holders(select: Select, use: ColumnUse) -> list[Source]:
    """Return the FROM entries that *use* takes its value from: for a column merged by USING, all that it merges."""
    is_bare = isinstance(use.node, exp.Column) and not use.node.table
    if is_bare and any(use.name in join.using for join in select.joins):
        return [source for source in select.sources.values() if use.name in source.columns]
    return [use.source] if use.source is not None else []


def unit_items(query: Query, column: str) -> list[tuple[Select, Projection]]:
    """Return what the operands of *query* show as its output *column*; names are those of the first operand."""
    positions = [position for position, (name, _) in enumerate(query.outputs) if name == column]
    return [
        (select, select.projections[position])
        for select in query.selects
        for position in positions
        if position < len(select.projections)
    ]


def unit_values(script: Script, unit: str) -> list[UnitValue]:
    """Return every value on the way of the unit from the tables to the rows of the view.

    Args:
        script: The view's query.
        unit: The column of the view that is its privacy unit, in lower case; a field of a STRUCT with its path.
    """
    column, *fields = unit.split(".")
    found: dict[tuple[int, tuple[str, ...]], dict[Way, UnitValue]] = {}
    items = unit_items(script.returned, column)
    pending: list[tuple[Select, Projection, tuple[str, ...], Way]]
    pending = [(select, item, tuple(fields), ()) for select, item in items]
    while pending:
        select, item, path, above = pending.pop()
        value = _value(script, select, item, path, above)
        known = found.setdefault((id(item), path), {})
        if value.way not in known and len(known) < _MOST_WAYS:
            known[value.way] = value
            for use in value.uses:
                if use.source is not None and use.source.query is not None:
                    below = unit_items(use.source.query, use.name)
                    pending += [(inner, shown, (*fields_of(use), *value.fields), value.way) for inner, shown in below]
    return [value for known in found.values() for value in known.values()]


def _value(script: Script, select: Select, item: Projection, fields: tuple[str, ...], above: Way) -> UnitValue:
    if item.use is not None:
        return UnitValue(select, item.node, (item.use,), fields, above)
    node = item.node
    while fields and (inner := _field(node, fields[0])) is not None:
        node, fields = inner, fields[1:]
    uses = (script.use(each) for each in node.find_all(exp.Column))
    way = above if isinstance(within_brackets(node), exp.Column) else (*above, _text(node, fields))
    return UnitValue(select, node, tuple(use for use in uses if use is not None), fields, way)


def _text(node: exp.Expression, fields: tuple[str, ...]) -> str:
    """Return what *node* does to its columns, whatever these are, and the field of it that is meant."""
    shape = node.transform(lambda part: exp.Placeholder() if isinstance(part, exp.Column) else part)
    for part in shape.walk():
        part.pop_comments()
    return ".".join((repr(shape), *fields))  # as SQL, a call that no engine accepts could not be written


def _field(node: exp.Expression, name: str) -> exp.Expression | None:
    """Return what field *name* is in `STRUCT(... AS name)`; None when *node* is none, or has it not."""
    parts = node.expressions if isinstance(node, exp.Struct) else []
    for part in parts:
        value = part.expression if isinstance(part, exp.PropertyEQ) else part
        if isinstance(value, exp.Expression) and name_of(part.this) == name:
            return value
    return None
