"""In which columns a BigQuery query carries the privacy unit of its rows.

A column counts only when its value is the unit of every row: a bare column all the way down, in each operand of a set
operation, under a name that no other column of the relation has, and never from the optional side of an outer join,
which may leave it out. Values that merely stand beside the unit, under its name or in its place, do not count.
"""

from __future__ import annotations

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import unit_of
from simulator.sql.resolved import ColumnUse, Query, Select, Source
from simulator.sql.tracing import fields_of, sides


def unit_columns(context: QueryContext, source: Source) -> tuple[str, ...]:
    """Return the columns of a FROM entry that are the privacy unit of its rows; () when none is sure to be."""
    if source.table is not None:
        unit = unit_of(source.table)
        return (unit,) if unit is not None and unit in source.columns else ()
    if source.query is None:
        return ()
    names = [name for name, _ in source.output_columns()]
    shown = [names[position] for position in sorted(unit_positions(context, source.query))]
    return tuple(name for name in shown if name and names.count(name) == 1)


def shows_unit(context: QueryContext, use: ColumnUse) -> bool:
    """Tell whether *use* is the privacy unit of the rows of its FROM entry: a column, or a field of the view itself."""
    if use.source is None or use.correlated:
        return False
    path = ".".join([use.name, *fields_of(use)])
    if use.source.table is not None and unit_of(use.source.table) == path:
        return use.name in use.source.columns
    return path in unit_columns(context, use.source)


def unit_positions(context: QueryContext, query: Query) -> frozenset[int]:
    """Return the positions at which every operand of *query* puts out the privacy unit of its rows."""
    known = context.known.unit_positions
    if id(query) not in known:
        known[id(query)] = frozenset()  # a query cannot read itself
        known[id(query)] = frozenset.intersection(*(_positions(context, select) for select in query.selects))
    return known[id(query)]


def _positions(context: QueryContext, select: Select) -> frozenset[int]:
    if context.script.clause(select) is not None:
        return frozenset()
    optional = _optional_sides(select)
    return frozenset(
        position
        for position, item in enumerate(select.projections)
        if item.use is not None and _is_unit(context, item.use, optional)
    )


def _is_unit(context: QueryContext, use: ColumnUse, optional: frozenset[int]) -> bool:
    # A field is no column: what is selected of it has no type that is known, so that it could not be run.
    return id(use.source) not in optional and not fields_of(use) and shows_unit(context, use)


def _optional_sides(select: Select) -> frozenset[int]:
    """Return the FROM entries, by `id`, of which an outer join may show NULL in place of a row."""
    found: set[int] = set()
    for join in select.joins:
        left, right = sides(select, join)
        if join.kind in ("LEFT", "FULL"):
            found.update(map(id, right))
        if join.kind in ("RIGHT", "FULL"):
            found.update(map(id, left))
    return frozenset(found)
