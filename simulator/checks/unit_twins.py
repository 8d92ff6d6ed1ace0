"""Columns that a condition sets equal to the privacy unit: they show its values though they belong to other tables.

    FROM exams e JOIN (SELECT last_name AS k, last_name AS shown FROM students) s ON e.last_name = s.k

With the unit `e.last_name`, `students.last_name` is its twin, and so is every column that is set equal to that one. All
that is computed from a twin, as `s.shown`, shows the unit's values. Conditions are taken as if all of them held, of all
queries in the script.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import reads_units, touches_unit
from simulator.sql.resolved import ColumnUse, Projection, Select, Source
from simulator.sql.tracing import definitions

Place = tuple[int, str]
"""A column of a table, or of other data that no query stands behind: the FROM entry's `id`, and the name."""
Places = frozenset[Place]

_UNIT: Place = (0, "the privacy unit")
_EQUATE = (exp.EQ, exp.NullSafeEQ, exp.In)


class UnitTwins:
    """The twins of the privacy units of one query; remembers what it has found."""

    def __init__(self, context: QueryContext) -> None:
        self._context = context
        self._known: dict[Place, Places] = {}

    def is_twin(self, use: ColumnUse) -> bool:
        """Tell whether the value of *use*, which is none of the unit itself, is computed from a twin of it."""
        return not self._twins.isdisjoint(self._behind(use))

    def below(self, select: Select) -> Iterator[ColumnUse]:
        """Yield every use of a twin in the queries without units that *select* reads in FROM."""
        pending, seen = [select], {id(select)}
        while pending:
            queries = [source.query for source in pending.pop().sources.values() if source.query is not None]
            for inner in (inner for query in queries for inner in query.selects):
                if id(inner) not in seen and not reads_units(self._context, inner):
                    seen.add(id(inner))
                    pending.append(inner)
                    yield from filter(self.is_twin, inner.uses)

    @cached_property
    def _twins(self) -> Places:
        groups = [self._behind_all(uses) for select in self._context.script.selects for uses in self._equal(select)]
        found = {_UNIT}
        while more := {place for group in groups if not found.isdisjoint(group) for place in group} - found:
            found |= more
        return frozenset(found - {_UNIT})

    def _equal(self, select: Select) -> Iterator[list[ColumnUse]]:
        """Yield the columns that a condition of *select*, or USING, sets equal to each other."""
        for node in select.node.find_all(*_EQUATE):
            if node.parent_select is select.node:
                yield self._uses_in(node)
        names = [use for use in select.uses if isinstance(use.node, exp.Identifier)]
        for name in {use.name for use in names}:
            yield [use for use in names if use.name == name]

    def _behind(self, use: ColumnUse) -> Places:
        """Return the columns that the value of *use* is computed from."""
        if touches_unit(self._context, use):
            return frozenset({_UNIT})
        if use.projection is not None:
            return self._behind_item(use.projection)
        return self._behind_column(use.source, use.name) if use.source is not None else frozenset()

    def _behind_column(self, source: Source, name: str) -> Places:
        key = (id(source), name)
        if key not in self._known:
            self._known[key] = frozenset()  # a query cannot read itself
            self._known[key] = self._found(source, name)
        return self._known[key]

    def _found(self, source: Source, name: str) -> Places:
        """Return what column *name* of a FROM entry is computed from; itself where no query is behind it."""
        itself: Places = frozenset({(id(source), name)})
        if source.table is not None or self._is_released(source):
            return itself
        if source.query is None:  # UNNEST shows what its array is computed from
            return itself | self._behind_all(self._uses_in(source.node))
        return frozenset().union(*map(self._behind_item, definitions(source, name)))

    def _behind_item(self, item: Projection) -> Places:
        return self._behind(item.use) if item.use is not None else self._behind_all(self._uses_in(item.node))

    def _behind_all(self, uses: Iterable[ColumnUse]) -> Places:
        return frozenset().union(*map(self._behind, uses))

    def _uses_in(self, node: exp.Expr) -> list[ColumnUse]:
        uses = (self._context.script.use(column) for column in node.find_all(exp.Column))
        return [use for use in uses if use is not None]

    def _is_released(self, source: Source) -> bool:
        selects = source.query.selects if source.query is not None else ()
        return any(self._context.script.clause(select) is not None for select in selects)
