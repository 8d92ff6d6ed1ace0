"""Finding the user behind every row, through joins and CTEs.

Noise protects a user only if each row of the query depends on the rows of one user. A block is *at user level* when

* every two private relations in it are joined by equality of their user identifiers;
* it selects the bare identifier, at the same position in every branch of a set operation, and that operation returns
  only rows of its private branches;
* it does not aggregate rows of different users: it groups by the identifier that it selects, or by one that equals it
  on every row, and its windows are partitioned by it (`handed_up_users`, which the checks use, too);
* it has no LIMIT, DISTINCT ON or TABLESAMPLE, whose choice of rows depends on other users;
* at least one of its private relations does more than filter rows (as LEFT SEMI and LEFT ANTI do).

The analysis rule's checks demand the same; it is verified again here because a violation would not show in the answer.

Source: userguide/dp-sql-capabilities; reference "aggregations stay at user level".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from declarations.naming import listed
from simulator.checks.handed_up_users import HandedUpUsers, types_at
from simulator.checks.private_relations import is_private_query, is_private_select
from simulator.execution.errors import NotEnforceableError
from simulator.execution.query_shape import refuse_grouping_sets
from simulator.sql.conditions import conjuncts
from simulator.sql.enclosing import enclosing
from simulator.sql.identifier_types import identifier_types
from simulator.sql.resolved import ColumnUse, Join, Query, Script, Select, Source
from simulator.sql.tracing import column_use, shows_field


def user_columns(script: Script, select: Select) -> dict[str, str]:
    """Return the user identifier column of every private relation in the block's FROM, by alias.

    Raises:
        NotEnforceableError: The block, or one below it, is not at user level.
    """
    users = _Blocks(HandedUpUsers(script)).users(select)
    return {alias: min(names) for alias, names in users.items()}


Users = dict[str, frozenset[str]]
"""Alias of each private relation in FROM to its columns that hold the user; they are equal on every row."""


@dataclass(slots=True)
class _Blocks:
    """The blocks of one script; a CTE that is used twice is checked once."""

    handed_up: HandedUpUsers
    checked: set[int] = field(default_factory=set)

    def users(self, select: Select) -> Users:
        _refuse_private_subqueries(select)
        columns = {alias: self._columns(source) for alias, source in select.sources.items()}
        users = {alias: names for alias, names in columns.items() if names}
        if not users:
            return {}
        hidden = {join.source.alias for join in select.joins if "SEMI" in join.kind or "ANTI" in join.kind}
        if hidden >= users.keys():
            raise NotEnforceableError(
                "LEFT SEMI and LEFT ANTI JOIN with a table under differential privacy choose rows that belong to no "
                "user; write an INNER JOIN and keep the user identifier"
            )
        _refuse_choices_among_users(select.node)
        refuse_grouping_sets(select.node)
        _refuse_untraceable(select)
        earlier = [alias for alias in users if all(join.source.alias != alias for join in select.joins)]
        for join in select.joins:
            if join.source.alias in users:
                _check_join(self.handed_up.script, join, users, earlier)
                earlier.append(join.source.alias)
        return {alias: names for alias, names in users.items() if alias not in hidden}

    def _columns(self, source: Source) -> frozenset[str]:
        if source.query is not None:
            if not is_private_query(source.query):
                return frozenset()
            self._check(source.query)
            names = [name for name, _ in source.output_columns()]
            if len(set(names)) != len(names):
                raise NotEnforceableError(f"{source.alias!r} has several columns of one name; name each differently")
        return self.handed_up.columns(source)

    def _check(self, query: Query) -> None:
        if id(query) in self.checked:
            return
        self.checked.add(id(query))
        found = self.handed_up.by_query(query)
        for select in query.selects:
            self.users(select)
        for node in found.mixing:
            raise NotEnforceableError(
                "a window function sees several users; partition it by the user identifier that the query selects"
                if isinstance(node, exp.Window)
                else "a nested query folds rows of several users; group by the user identifier that it selects"
            )
        what = f"{query.role.value.upper()} {query.name!r}" if query.name else "a nested query"
        if not found.positions or any(is_private_select(each) and not self.users(each) for each in query.selects):
            raise NotEnforceableError(
                f"{what} reads a table under differential privacy, but does not select its user identifier"
            )
        if False in found.kinds:
            # Such a row would count as one of the user whom its value names, who could then change other rows, too.
            raise NotEnforceableError(
                f"{what} puts out rows of a table without differential privacy; INTERSECT, EXCEPT or a join may use "
                "them, UNION may not put them beside rows of users"
            )
        for select in query.selects:
            _refuse_limit(select)
        for position in found.positions:
            _refuse_several(types_at(query, position))


def _refuse_choices_among_users(node: exp.Select) -> None:
    distinct = node.args.get("distinct")
    if distinct is not None and distinct.args.get("on"):
        raise NotEnforceableError("DISTINCT ON over a table under differential privacy cannot be enforced")
    if node.find(exp.TableSample):
        raise NotEnforceableError("TABLESAMPLE over a table under differential privacy cannot be enforced")


def _refuse_untraceable(select: Select) -> None:
    if select.node.args.get("laterals") or select.node.args.get("pivots"):
        raise NotEnforceableError("LATERAL and PIVOT over a table under differential privacy cannot be enforced")
    for source in select.sources.values():
        if source.table is None and source.query is None and any(source.columns.values()):
            raise NotEnforceableError(f"the columns of {source.alias!r} cannot be traced to one user")


def _refuse_limit(select: Select) -> None:
    if any(each.args.get("limit") or each.args.get("offset") for each in enclosing(select)):
        raise NotEnforceableError("LIMIT in a nested query over a table under differential privacy cannot be enforced")


def _is_user(use: ColumnUse | None, users: Users) -> bool:
    if use is None or use.source is None or use.correlated or shows_field(use):
        return False
    return use.name in users.get(use.source.alias, ())


def _check_join(script: Script, join: Join, users: Users, earlier: list[str]) -> None:
    if not earlier:
        return
    for condition in conjuncts(join.condition):
        if isinstance(condition, exp.EQ):
            sides = [column_use(script, side) for side in (condition.this, condition.expression)]
            matched = [use for use in sides if use is not None and use.source is not None and _is_user(use, users)]
            aliases = {use.source.alias for use in matched if use.source is not None}
            if join.source.alias in aliases and aliases & set(earlier):
                _refuse_unlike(matched)
                return
    raise NotEnforceableError(
        f"{join.source.alias!r} is joined with another relation under differential privacy, but not by equality of "
        "the user identifiers; write ON a.user = b.user"
    )


def _refuse_unlike(uses: list[ColumnUse]) -> None:
    _refuse_several({kind: declared for use in uses for kind, declared in identifier_types(use).items()})


def _refuse_several(types: dict[str, str]) -> None:
    """Refuse to match user identifiers of several types: equal ones need not be one user."""
    if len(types) > 1:
        raise NotEnforceableError(
            f"user identifiers of several types meet: {listed(types.values())}; equal ones need not be one user"
        )


def _refuse_private_subqueries(select: Select) -> None:
    for query in select.subqueries:
        if is_private_query(query):
            raise NotEnforceableError(
                "a subquery in an expression reads a table under differential privacy; put it into FROM"
            )
