"""Whether each row that a view puts out is made of the rows of one privacy unit: what differential privacy rests on.

Noise hides what the rows of one unit change, and the unit of a row is whatever its column holds. A view that shows, in
the row of one unit, what was computed from rows of others hands on more than that noise hides. Tables that hold no
column of the unit's name are about nobody. The rows of a table belong to the unit in one of its columns: where they are
put out under several, or under none, as an outer join does, one person's rows are those of many units, or of NULL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from simulator.checks.handed_up_users import HandedUpUsers
from simulator.request import Table
from simulator.sql.conditions import conjuncts
from simulator.sql.enclosing import enclosing
from simulator.sql.resolved import ColumnUse, Query, Role, Script, Select, Source
from simulator.sql.tracing import column_use, reads, select_reads, shows_field, source_reads, unchanged
from simulator.views.unit_values import columns_of_units, joins_without_unit, unit_items, unit_values


def mixed_units(script: Script, unit: str) -> str | None:
    """Return what in the query of a view may put rows of several privacy units together; None when nothing does.

    Args:
        script: The view's query.
        unit: The column of the view that is its privacy unit, in lower case; a field of a STRUCT with its path.
    """
    return next(_MixedUnits(script, unit).found(), None)


@dataclass(frozen=True, slots=True)
class _Units:
    """Which tables are about privacy units.

    Attributes:
        columns: Tables to the column that is the unit, by the table's name.
        others: Tables from whose columns the unit is computed.
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
    shown = {origin.table.name: origin.column for item in items for origin in unchanged(item.use) if not field}
    names = set(shown.values())
    same = {table.name: name for table in script.tables().values() for name in names if name in table.columns}
    return _Units(same | shown, frozenset(origin.table.name for item in items for origin in item.origins))


class _MixedUnits:
    def __init__(self, script: Script, unit: str) -> None:
        self.script = script
        self.values = unit_values(script, unit)
        self.units = _units(script, unit)
        self.users = HandedUpUsers(script, self.units.column, self.units.holds)

    def found(self) -> Iterator[str]:
        """Yield what puts rows of several units together, in words."""
        yield from self._in_unit()
        for query in self.script.queries:
            if reads(query, self.units.holds):
                if query.role is Role.SUBQUERY:
                    yield "a subquery in an expression"
                yield from self._in_query(query)
                for select in query.selects:
                    if select_reads(select, self.units.holds):
                        yield from self._in_select(query, select)

    def _in_unit(self) -> Iterator[str]:
        """Yield what gives rows of one unit the name of another, or none."""
        for table, columns in columns_of_units(self.values).items():
            if len(columns) > 1:
                yield f"rows of '{table}' under a unit made of several of its columns ({', '.join(columns)})"
        for value in self.values:
            if not value.uses and select_reads(value.select, self.units.holds):
                yield "a constant as the unit of rows that have one"
            for join in joins_without_unit(value):
                yield f"a {join.kind} JOIN that keeps rows without a unit"

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
