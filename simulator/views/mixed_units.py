"""Whether each row that a view puts out is made of the rows of one privacy unit: what differential privacy rests on.

Noise hides what the rows of one unit change, and the unit of a row is whatever its column holds. A view that shows, in
the row of one unit, what was computed from rows of others hands on more than that noise hides. Tables that hold no
column of the unit's name are about nobody. The rows of a table belong to the unit in one of its columns: where they are
put out under several, or under none, as an outer join does, one person's rows are those of many units, or of NULL.

So a unit is a function of columns of one row of a table, and the same for every row of the table. What is drawn, tells
of other rows, or is laid beside the row, by UNNEST or by a join with rows of no table, is none; and what cannot be
followed may be any of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from sqlglot import exp

from simulator.checks.handed_up_users import HandedUpUsers
from simulator.request import Table
from simulator.sql.conditions import conjuncts
from simulator.sql.enclosing import enclosing
from simulator.sql.resolved import ColumnUse, Query, Role, Script, Select, Source
from simulator.sql.spelling import shown
from simulator.sql.tracing import column_use, reads, select_reads, shows_field, source_reads, unchanged
from simulator.views.unit_functions import not_followed
from simulator.views.unit_values import (
    UnitValue,
    columns_of_units,
    joins_without_unit,
    tables_below,
    unit_items,
    unit_values,
    ways_of_units,
)


def mixed_units(script: Script, unit: str) -> str | None:
    """Return what in the query of a view may put rows of several privacy units together; None when nothing does.

    Args:
        script: The view's query.
        unit: The column of the view that is its privacy unit, in lower case; a field of a STRUCT with its path.
    """
    return next(_MixedUnits(script, unit).found(), None)


def split_units(script: Script, unit: str) -> str | None:
    """Return what in the query of a view may put rows of one privacy unit under several; None when nothing does.

    A threshold counts units: rows that are computed from those of others do not raise the count, several units for one
    person do.

    Args:
        script: The view's query.
        unit: The column of the view that is its privacy unit, in lower case; a field of a STRUCT with its path.
    """
    mixed = _MixedUnits(script, unit)
    return next(chain(mixed.in_unit(), mixed.in_joins(), mixed.of_several_rows()), None)


@dataclass(frozen=True, slots=True)
class _Units:
    """Which tables are about privacy units.

    Attributes:
        columns: Tables to the column that is the unit, by the table's name: the one that the view shows as its unit, or
            that has the name of one such.
        others: Tables from whose columns the unit is computed, or of which several columns have such names.
    """

    columns: dict[str, str]
    others: frozenset[str]

    def column(self, table: Table) -> str | None:
        """Return the column of *table* that is the unit."""
        return self.columns.get(table.name)

    def holds(self, table: Table) -> bool:
        """Tell whether rows of *table* are those of units."""
        return table.name in self.columns or table.name in self.others


def _units(script: Script, unit: str) -> _Units:
    column, _, field = unit.partition(".")
    items = [item for _, item in unit_items(script.returned, column)]
    bare = {origin.table.name: origin.column for item in items for origin in unchanged(item.use) if not field}
    names = {*bare.values()}
    same = {table.name: names & {*table.columns} for table in script.tables().values()}
    known = {table: next(iter(found)) for table, found in same.items() if len(found) == 1}
    several = {table for table, found in same.items() if len(found) > 1}
    return _Units(
        known | bare, frozenset({*several, *(origin.table.name for item in items for origin in item.origins)})
    )


class _MixedUnits:
    def __init__(self, script: Script, unit: str) -> None:
        self.script = script
        self.values = unit_values(script, unit)
        self.units = _units(script, unit)
        self.users = HandedUpUsers(script, self.units.column, self.units.holds)

    def found(self) -> Iterator[str]:
        """Yield what puts rows of several units together, in words."""
        yield from self.in_unit()
        for query in self.script.queries:
            if reads(query, self.units.holds):
                if query.role is Role.SUBQUERY:
                    yield "a subquery in an expression"
                yield from self._in_query(query)
                for select in query.selects:
                    if select_reads(select, self.units.holds):
                        yield from self._in_select(query, select)
        yield from self.of_several_rows()

    def in_joins(self) -> Iterator[str]:
        """Yield joins that put a row of one unit beside rows of others, in words."""
        for select in self.script.selects:
            yield from self._in_join(select)

    def of_several_rows(self) -> Iterator[str]:
        """Yield whether the unit is an aggregate or the value of a window, in words."""
        if any(value.node.find(exp.AggFunc, exp.Window) is not None for value in self.values):
            yield "a unit that is computed from several rows"

    def in_unit(self) -> Iterator[str]:
        """Yield what gives rows of one unit the name of another, or none."""
        for table, columns in columns_of_units(self.values).items():
            if len(columns) > 1:
                yield f"rows of '{table}' under a unit made of several of its columns ({', '.join(columns)})"
            unit = self.units.columns.get(table)
            if unit is not None and any(column.partition(".")[0] != unit for column in columns):
                yield f"rows of '{table}' under '{columns[0]}', while their unit is '{unit}'"
        for value in self.values:
            yield from self._not_of_its_row(value)
            for join in joins_without_unit(value):
                yield f"a {join.kind} JOIN that keeps rows without a unit"
        for table, ways in ways_of_units(self.values).items():
            if len(ways) > 1:
                yield f"rows of '{table}' under units that are computed in several ways"

    def _not_of_its_row(self, value: UnitValue) -> Iterator[str]:
        """Yield what makes *value* another thing than a function of one row of a table."""
        if value.node.find(exp.Query) is not None:
            yield "a subquery in an expression"
        call = not_followed(value.node)
        if call is not None:
            yield f"a unit computed with {shown(self.script, call)}, which may differ between the rows of one unit"
        if not value.uses and select_reads(value.select, self.units.holds):
            yield "a constant as the unit of rows that have one"
        sources = [use.source for use in value.uses if use.source is not None]
        if any(isinstance(source.node, exp.Unnest) for source in sources) and self.script.tables():
            yield "a unit out of UNNEST, which puts one row under several units"
        if any(map(tables_below, value.select.sources.values())) and not all(map(tables_below, sources)):
            yield "a unit out of rows that are laid beside those of tables"

    def _in_query(self, query: Query) -> Iterator[str]:
        handed = self.users.by_query(query)
        for node in handed.mixing:
            window = isinstance(node, exp.Window)
            yield "a window function over several units" if window else "GROUP BY, or an aggregate, of several units"
        folds = (each for each in query.operators if not isinstance(each, exp.Union) or each.args.get("distinct"))
        for each in () if handed.positions else folds:
            yield f"{each.key.upper()} without the unit"

    def _in_select(self, query: Query, select: Select) -> Iterator[str]:
        for node in enclosing(select):
            yield from (name.upper() for name in ("limit", "offset") if node.args.get(name))
        group = select.node.args.get("group")
        if group is not None and group.find(exp.Rollup, exp.Cube, exp.GroupingSets) is not None:
            yield "a row for all units (ROLLUP, CUBE or GROUPING SETS)"
        if select.node.args.get("distinct") and not self.users.by_query(query).positions:
            yield "DISTINCT without the unit"
        yield from self._in_join(select)

    def _in_join(self, select: Select) -> Iterator[str]:
        holders = [source for source in select.sources.values() if source_reads(source, self.units.holds)]
        if len(holders) > 1 and len(self._joined(select, holders[0])) < len(holders):
            yield "a join of rows of several units, on other columns than the unit"

    def _joined(self, select: Select, first: Source) -> set[int]:
        """Return the FROM entries, by `id`, whose unit is set equal to that of *first*."""
        pairs = [*self._pairs(select)]
        found = {id(first)}
        while more := {other for pair in pairs if not found.isdisjoint(pair) for other in pair} - found:
            found |= more
        return found

    def _pairs(self, select: Select) -> Iterator[set[int]]:
        """Yield FROM entries with units that a condition sets equal."""
        where = select.node.args.get("where")
        conditions = [*(join.condition for join in select.joins), where.this if where is not None else None]
        parts = (
            part
            for condition in conditions
            for part in conjuncts(condition, as_written=True)
            if isinstance(part, exp.EQ)
        )
        for part in parts:
            uses = [column_use(self.script, side) for side in (part.this, part.expression)]
            yield {id(use.source) for use in uses if use is not None and self._shows_unit(use)}
        for join in select.joins:
            for name in join.using:
                yield {id(source) for source in select.sources.values() if self._is_unit(source, name)}

    def _shows_unit(self, use: ColumnUse) -> bool:
        if use.source is None or use.correlated or shows_field(use):
            return False
        return self._is_unit(use.source, use.name)

    def _is_unit(self, source: Source, name: str) -> bool:
        return name in self.users.columns(source)
