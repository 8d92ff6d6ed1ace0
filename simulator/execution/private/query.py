"""A query under differential privacy split into rows with their user, aggregates to release, and the rest.

    SELECT city, SUM(x) / COUNT(*) AS per_row FROM t GROUP BY city HAVING COUNT(*) > 10

becomes the rows `SELECT uid AS u, city AS g0, x AS v0 FROM t`, the aggregates SUM(v0) and COUNT(*), and the rest
`SELECT g0 AS city, a0 / a1 AS per_row FROM noisy WHERE a1 > 10`, which sees released numbers only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from simulator.execution.errors import NotEnforceableError
from simulator.execution.private.user_level import user_columns
from simulator.execution.query_parts import QueryParts
from simulator.execution.query_shape import refuse_grouping_sets
from simulator.execution.released import ROW_NUMBER
from simulator.execution.scanned import internal_names
from simulator.execution.working_copy import WorkingCopy
from simulator.privacy.budget import Aggregation
from simulator.table_rules import has_threshold, is_private

NOISY = "noisy"
"""Internal table of the released numbers."""


@dataclass(frozen=True, slots=True)
class PrivateAggregate:
    """One aggregate function to release.

    Attributes:
        name: Column of `NOISY` that will hold it.
        function: The function.
        value: Column of `PrivateQuery.rows` with its argument; None when all rows or all users are counted.
        users: True for a count of distinct users: all of them, or, if `value` is set, those with a row in which it is
            not NULL, as in COUNT(DISTINCT CASE WHEN ... THEN user END).
        expression: The argument of the function, as the API reports it.
    """

    name: str
    function: Aggregation
    value: str | None
    users: bool
    expression: str

    @property
    def counts_values(self) -> bool:
        """True for COUNT(DISTINCT x) of anything but the user."""
        return self.function is Aggregation.COUNT_DISTINCT and not self.users


@dataclass(frozen=True, slots=True)
class PrivateQuery:
    """The parts of a query.

    Attributes:
        rows: The SELECT of the rows: u (the user), g0, g1, ... (group keys), v0, v1, ... (arguments).
        groups: Names of the group key columns.
        aggregates: What is to be released, each distinct function call once.
        rest: The SELECT over `NOISY` that the user gets; its last column is `ROW_NUMBER`.
    """

    rows: exp.Select
    groups: tuple[str, ...]
    aggregates: tuple[PrivateAggregate, ...]
    rest: exp.Select

    @property
    def groups_by_user(self) -> bool:
        """True where the user is a group key: each group then holds one user."""
        items = {item.alias: item.unalias() for item in self.rows.expressions}
        users = list(items["u"].find_all(exp.Column))
        return any(items[name] in users for name in self.groups)

    def with_values(self) -> Iterator[tuple[PrivateAggregate, str]]:
        """Yield the aggregates that have a value column, with its name."""
        return ((each, each.value) for each in self.aggregates if each.value is not None)


def private_query(copy: WorkingCopy) -> PrivateQuery:
    """Split the working copy into its parts.

    Raises:
        NotEnforceableError: Privacy cannot be guaranteed for a query of this shape.
    """
    final = copy.script.returned
    if len(final.selects) != 1:
        raise NotEnforceableError("differential privacy allows no set operator in the final SELECT")
    select = final.selects[0]
    users = user_columns(copy.script, select)
    if not users:
        raise NotEnforceableError("the final SELECT reads no relation with a user identifier")
    for alias, name in users.items():
        for origin in select.sources[alias].columns.get(name, ()):
            copy.need(origin.table, origin.column)
    node = copy.select(select)
    refuse_grouping_sets(node)
    if (
        node.args.get("qualify")
        or node.args.get("distinct")
        or any(window.parent_select is node for window in node.find_all(exp.Window))
    ):
        raise NotEnforceableError(
            "differential privacy allows no DISTINCT, QUALIFY or window function in the final SELECT"
        )
    protected = internal_names(copy, lambda table: is_private(table) or has_threshold(table))
    parts = _Parts(node, [exp.column(name, alias, quoted=True) for alias, name in users.items()], protected)
    rest = parts.rest()
    if not parts.aggregates:
        raise NotEnforceableError(f"differential privacy releases aggregates only: {_FUNCTIONS}; the query has none")
    rest.append("expressions", parts.released(ROW_NUMBER))
    return PrivateQuery(parts.rows(), parts.groups, parts.aggregates, rest)


class _Parts(QueryParts[PrivateAggregate]):
    def __init__(self, node: exp.Select, users: list[exp.Column], protected: frozenset[str]) -> None:
        first, *others = users
        super().__init__(node, exp.Coalesce(this=first, expressions=others) if others else first, NOISY, protected)
        self.users = users

    def aggregate(self, node: exp.AggFunc, name: str) -> PrivateAggregate:
        function = _function_of(node)
        argument = node.this
        users = False
        if isinstance(argument, exp.Distinct):
            (argument,) = argument.expressions
            users = self._is_user_or_null(argument)
        # With several identifiers, any one can be NULL where an outer join found no match.
        all_users = users and len(self.users) == 1 and argument == self.users[0]
        all_rows = function is Aggregation.COUNT and isinstance(argument, (exp.Star, exp.Literal))
        value = None if all_users or all_rows else self.value(argument)
        return PrivateAggregate(name, function, value, users, _readable(argument))

    def _is_user_or_null(self, node: exp.Expr | None) -> bool:
        if isinstance(node, exp.Case):
            results = [branch.args["true"] for branch in node.args["ifs"]] + [node.args.get("default")]
            return all(self._is_user_or_null(result) for result in results)
        if isinstance(node, exp.If):
            return all(self._is_user_or_null(node.args.get(name)) for name in ("true", "false"))
        if isinstance(node, exp.Paren):
            return self._is_user_or_null(node.this)
        return node is None or isinstance(node, exp.Null) or any(node == user for user in self.users)


_FUNCTIONS = "COUNT, COUNT DISTINCT, SUM, AVG, STDDEV"
_KINDS: dict[type[exp.Expr], Aggregation] = {
    exp.Count: Aggregation.COUNT,
    exp.Sum: Aggregation.SUM,
    exp.Avg: Aggregation.AVG,
    exp.Stddev: Aggregation.STDDEV,
    exp.StddevSamp: Aggregation.STDDEV,
}


def _function_of(node: exp.AggFunc) -> Aggregation:
    function = _KINDS.get(type(node))
    distinct = isinstance(node.this, exp.Distinct)
    arguments = len(node.this.expressions) if distinct else 1 + len(node.expressions)
    if function is None or isinstance(node.parent, (exp.Filter, exp.WithinGroup)) or arguments != 1:
        raise NotEnforceableError(f"differential privacy releases {_FUNCTIONS} of one argument; found {node.sql()}")
    if not distinct:
        return function
    if function is not Aggregation.COUNT:
        raise NotEnforceableError(f"differential privacy has no DISTINCT in {node.key.upper()}; found {node.sql()}")
    return Aggregation.COUNT_DISTINCT


def _readable(argument: exp.Expr) -> str:
    """The argument's text without the qualifiers and quotes that binding added."""

    def plain(node: exp.Expr) -> exp.Expr:
        return exp.column(node.name) if isinstance(node, exp.Column) and node.name.isidentifier() else node

    return argument.transform(plain).sql("spark")
