"""Which user each row of a nested query over private tables belongs to: one piece for the verdict and for the run.

A query hands the user of each row up in one output column, in the same place in every operand of a set operation.
Whatever folds rows of it, or looks at several of them, has to keep apart the rows of different users, and those are
told apart by that very column: to group or to partition by it, or by one that equals it on every row. Another user
identifier in FROM is another column: where an outer join found no partner it is NULL, for the rows of thousands of
users at once. Columns are equal on every row when an inner join says so; whatever joins come around it let both be NULL
together. Rows whose column is NULL are kept together, and belong to nobody: noise counts no such row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from sqlglot import exp

from simulator.request import Table
from simulator.sql.conditions import conjuncts
from simulator.sql.grouping import key_nodes
from simulator.sql.identifier_types import identifier_types
from simulator.sql.resolved import ColumnUse, Query, Script, Select, Source
from simulator.sql.tracing import column_use, select_reads, shows_field
from simulator.sql.windows import partition_of
from simulator.table_rules import is_private, user_identifier

Place = tuple[int, str]
"""A column of a FROM entry: the entry's `id`, and the name."""
_COMPUTED = (("computed", "a computed value"),)
Equal = frozenset[Place]
"""Columns of one SELECT that hold the same user, or NULL, on every row."""


@dataclass(frozen=True, slots=True)
class HandedUp:
    """The user of the rows of a query.

    Attributes:
        positions: Positions of the output columns that hold it, all equal on every row; none where a private SELECT of
            the query does not show it.
        mixing: What puts rows of several users together: windows, and SELECTs that group.
        kinds: Whose rows come out: True stands for rows of private SELECTs, False for rows of others, which only hold
            values that may be the names of users.
    """

    positions: frozenset[int] = frozenset()
    mixing: tuple[exp.Expression, ...] = ()
    kinds: frozenset[bool] = frozenset({True})


@dataclass(slots=True)
class HandedUpUsers:
    """What is handed up by the queries of one script; a query that is read twice is looked at once.

    Attributes:
        script: The SQL.
        identifier: The column of a table that holds users, None where there is none.
        is_private: Which tables have rows of users.
    """

    script: Script
    identifier: Callable[[Table], str | None] = user_identifier
    is_private: Callable[[Table], bool] = is_private
    _known: dict[int, HandedUp] = field(default_factory=dict)

    def by_query(self, query: Query) -> HandedUp:
        """Return what *query* hands up; SELECTs in it that read no private table are not looked at."""
        if id(query) not in self._known:
            self._known[id(query)] = HandedUp()  # a query cannot read itself
            self._known[id(query)] = self._found(query)
        return self._known[id(query)]

    def columns(self, source: Source) -> frozenset[str]:
        """Return the columns of a FROM entry that hold the user of its rows, all equal on every row."""
        if source.table is not None:
            name = self.identifier(source.table)
            return frozenset() if name is None else frozenset({name})
        if source.query is None:
            return frozenset()
        names = [name for name, _ in source.output_columns()]
        held = {names[position] for position in self.by_query(source.query).positions if position < len(names)}
        return frozenset(name for name in held if name and names.count(name) == 1)

    def _found(self, query: Query) -> HandedUp:
        selects = [_PrivateSelect(self, select) for select in query.selects if select_reads(select, self.is_private)]
        shown = [select.shown() for select in selects]
        common = sorted(set.intersection(*map(set, shown))) if shown else []
        # Of several identifiers the one counts by which the rows are kept apart, if there is such a one.
        handed = [_handed_up(selects, shown, common, position) for position in common]
        none = HandedUp(mixing=tuple(node for each in selects for node in each.mixing(None)))
        best = next((each for each in handed if not each.mixing), handed[0]) if handed else none
        return replace(best, kinds=_kinds(query.node, frozenset(id(each.select.node) for each in selects)))


def types_at(query: Query, position: int) -> dict[str, str]:
    """Return the types that operands of *query* put into one output column: compared as what, first declared as what.

    The operands over other tables count, too: a set operator reads both sides as one type.
    """
    found: dict[str, str] = {}
    for select in query.selects:
        use = select.projections[position].use if position < len(select.projections) else None
        for kind, declared in (identifier_types(use) if use is not None else {}).items() or _COMPUTED:
            found.setdefault(kind, declared)
    return found


class _PrivateSelect:
    """One SELECT over private tables, with the columns in its FROM that hold users."""

    def __init__(self, users: HandedUpUsers, select: Select) -> None:
        self.script, self.select = users.script, select
        self.equal: dict[Place, Equal] = {}
        for source in select.sources.values():
            places = frozenset((id(source), name) for name in users.columns(source))
            self.equal |= dict.fromkeys(places, places)
        for join in select.joins:
            if join.kind == "INNER":
                self._join(conjuncts(join.condition))

    def _join(self, conditions: Iterator[exp.Expression]) -> None:
        for condition in conditions:
            if isinstance(condition, exp.EQ):
                sides = (column_use(self.script, side) for side in (condition.this, condition.expression))
                first, second = map(self.of, sides)
                if first and second:
                    self.equal |= dict.fromkeys(first | second, first | second)

    def of(self, use: ColumnUse | None) -> Equal:
        """Return the columns that hold the same user as *use*; none when it is no user."""
        if use is None or use.source is None or use.correlated or shows_field(use):
            return frozenset()
        return self.equal.get((id(use.source), use.name), frozenset())

    def shown(self) -> dict[int, Equal]:
        """Return the output columns that are a user, by position."""
        items = ((position, self.of(item.use)) for position, item in enumerate(self.select.projections))
        return {position: equal for position, equal in items if equal}

    def mixing(self, user: Equal | None) -> Iterator[exp.Expression]:
        """Yield what puts rows together in which *user* is not the same; None stands for whatever user."""
        node = self.select.node
        keys = [item.use if item else self.script.use(key) for key, item in key_nodes(self.script, self.select)]
        if (keys or _folds(node)) and not self._keeps_apart(keys, user):
            yield node
        for window in node.find_all(exp.Window):
            if window.parent_select is node:
                parts = [self.script.use(key) for key in partition_of(node, window)]
                if not self._keeps_apart(parts, user):
                    yield window

    def _keeps_apart(self, keys: list[ColumnUse | None], user: Equal | None) -> bool:
        return any(equal if user is None else equal == user for equal in map(self.of, keys))


def _handed_up(
    selects: list[_PrivateSelect], shown: list[dict[int, Equal]], common: list[int], position: int
) -> HandedUp:
    columns = [each[position] for each in shown]
    equal = (other for other in common if [each[other] for each in shown] == columns)
    mixing = (node for each, column in zip(selects, columns, strict=True) for node in each.mixing(column))
    return HandedUp(frozenset(equal), tuple(mixing))


def _kinds(node: exp.Expr, private: frozenset[int]) -> frozenset[bool]:
    """Return whose rows an operand of a set operation puts out: EXCEPT those of its left side, UNION those of both.

    What INTERSECT puts out is in both sides, so it is private if it is private in one.
    """
    operations: list[exp.SetOperation] = []
    while isinstance(node, (exp.SetOperation, exp.Subquery)):
        if isinstance(node, exp.SetOperation):
            operations.append(node)
        node = node.this
    found = frozenset({id(node) in private})
    for operation in reversed(operations):
        other = _kinds(operation.expression, private)
        if isinstance(operation, exp.Intersect):
            found = min(found, other, key=lambda kinds: False in kinds)
        elif not isinstance(operation, exp.Except):
            found |= other
    return found


def _folds(node: exp.Expression) -> bool:
    """Tell whether the SELECT makes one row of many: by HAVING, or by an aggregate function outside of windows."""
    calls = (call for item in node.expressions for call in item.find_all(exp.AggFunc))
    return node.args.get("having") is not None or any(
        call.parent_select is node and call.find_ancestor(exp.Window, exp.Select) is node for call in calls
    )
