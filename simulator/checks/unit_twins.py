"""Columns that a condition sets equal to the privacy unit: they show its values though they belong to other tables.

    FROM exams e JOIN students s ON e.last_name = s.last_name

With the unit `e.last_name`, `s.last_name` is its twin, and so is every column that is set equal to that one, or is
computed from it in a query around. Conditions are taken as if all of them held.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import touches_unit
from simulator.sql.resolved import ColumnUse, Projection, Select, Source
from simulator.sql.tracing import definitions

Place = tuple[int, str]
"""A column of a FROM entry: the entry's `id`, and the name."""

_EQUATE = (exp.EQ, exp.NullSafeEQ, exp.In)


class UnitTwins:
    """The twins of the privacy units of one query; remembers what it has found."""

    def __init__(self, context: QueryContext) -> None:
        self._context = context
        self._known: dict[int, frozenset[Place]] = {}

    def is_twin(self, use: ColumnUse) -> bool:
        """Tell whether the value of *use*, which is none of the unit itself, is computed from a twin of it."""
        if use.projection is not None:
            return self._shows(use.projection)
        if use.source is None:
            return False
        is_own = not use.correlated and (id(use.source), use.name) in self.of(use.select)
        return is_own or any(map(self._shows, definitions(use.source, use.name)))

    def of(self, select: Select) -> frozenset[Place]:
        """Return the columns of the FROM entries of *select* that one of its conditions sets equal to a unit."""
        if id(select) not in self._known:
            self._known[id(select)] = frozenset()  # a query cannot read itself
            self._known[id(select)] = self._found(select)
        return self._known[id(select)]

    def below(self, select: Select) -> Iterator[ColumnUse]:
        """Yield every use of a column, in the queries in FROM of *select*, that these show as a twin of its unit."""
        pending = [
            (source, name) for source in select.sources.values() for key, name in self.of(select) if key == id(source)
        ]
        while pending:
            source, name = pending.pop()
            for item in definitions(source, name):
                shown = item.use
                if shown is not None and shown.source is not None and shown.projection is None:
                    yield from (use for use in shown.select.uses if _is_same(use, shown.source, shown.name))
                    pending.append((shown.source, shown.name))

    def _shows(self, item: Projection) -> bool:
        if item.use is not None:
            return self.is_twin(item.use)
        found = (self._context.script.use(column) for column in item.node.find_all(exp.Column))
        return any(use is not None and self.is_twin(use) for use in found)

    def _found(self, select: Select) -> frozenset[Place]:
        groups = [group for group in self._equal(select) if len(group) > 1]
        units = {place for group in groups for place, use in group.items() if self._is_unit(use)}
        found: set[Place] = set()
        while more := {place for group in groups if not (units | found).isdisjoint(group) for place in group} - found:
            found |= more
        return frozenset(found - units)

    def _is_unit(self, use: ColumnUse) -> bool:
        return touches_unit(self._context, use) or any(
            map(self._shows, definitions(use.source, use.name) if use.source is not None else ())
        )

    def _equal(self, select: Select) -> Iterator[dict[Place, ColumnUse]]:
        """Yield the columns of *select* that a condition, or USING, sets equal to each other."""
        for node in select.node.find_all(*_EQUATE):
            if node.parent_select is select.node:
                uses = (self._context.script.use(column) for column in node.find_all(exp.Column))
                yield {(id(use.source), use.name): use for use in uses if use is not None and use.source is not None}
        using: dict[str, dict[Place, ColumnUse]] = {}
        for use in select.uses:
            if isinstance(use.node, exp.Identifier) and use.source is not None:
                using.setdefault(use.name, {})[id(use.source), use.name] = use
        yield from using.values()


def _is_same(use: ColumnUse, source: Source, name: str) -> bool:
    return use.source is source and use.name == name
