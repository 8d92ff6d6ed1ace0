"""A CTE or derived table over private tables that does not stay at the level of users."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from declarations.naming import listed
from simulator.checks.context import QueryContext
from simulator.checks.handed_up_users import HandedUp, HandedUpUsers, types_at
from simulator.checks.private_relations import (
    SQL_PAGE,
    STRUCTURE_PAGE,
    inner_queries,
    is_private_select,
    is_private_source,
    shows_user,
)
from simulator.request import Table
from simulator.sql.enclosing import all_enclosing
from simulator.sql.resolved import Query, Role, Select
from simulator.sql.windows import partition_of
from simulator.table_rules import user_identifier
from simulator.verdict import Basis, Finding


def private_inner_query(context: QueryContext) -> Iterator[Finding]:
    """A query under the final one that loses track of the user.

    It has to put out the user identifier itself (renamed at most), in the same place in every operand of a set
    operator; to group by it if it groups; to partition every window by it, or by a column that an inner join sets equal
    to it. EXCEPT and INTERSECT may compare private rows with rows of other tables; whether UNION may put such rows
    beside them is an open question. ORDER BY is allowed in windows only, LIMIT and OFFSET nowhere. Whether DISTINCT is,
    is an open question.

    Why: Noise is scaled to what one user can change, which nobody knows once rows of several users are mixed.
    Avoid: `WITH x AS (SELECT camp, SUM(spend) AS s FROM imps GROUP BY camp) SELECT AVG(s) AS a FROM x`
    Prefer: `WITH x AS (SELECT user_key, SUM(spend) AS s FROM imps GROUP BY user_key) SELECT AVG(s) AS a FROM x`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-sql-capabilities.html
    """
    users = HandedUpUsers(context.script)
    for query in inner_queries(context):
        found = users.by_query(query)
        yield from _output(context, query, found)
        yield from _distinct(context, query)
        yield from _order(context, query)
        for node in found.mixing:
            yield from _mixing(context, query, node, hands_up=bool(found.positions))


def _output(context: QueryContext, query: Query, found: HandedUp) -> Iterator[Finding]:
    private = [select for select in query.selects if is_private_select(select)]
    if not found.positions:
        identifier = next((name for name in map(user_identifier, _tables(private)) if name is not None), "")
        message = f"{_named(query)} reads private tables and does not put out the user identifier '{identifier}'"
        yield from context.deny(private_inner_query, message, SQL_PAGE, at=query.node)
    elif found.kinds == {False}:
        message = f"{_named(query)} puts out rows of other tables only, which do not hold the user identifier"
        yield from context.deny(private_inner_query, message, SQL_PAGE, at=query.node)
    elif False in found.kinds:
        message = f"{_named(query)} puts out rows of other tables beside those of private ones, which belong to users"
        setting = "other_rows_in_private_union"
        yield from context.open(private_inner_query, setting, message, SQL_PAGE, at=query.node)
    for place in sorted(found.positions):
        types = types_at(query, place)
        if len(types) > 1:
            found_types = listed(sorted(types.values()))
            message = f"{_named(query)} puts user identifiers of several types ({found_types}) into one column"
            yield from context.deny(private_inner_query, message, SQL_PAGE, at=query.node, basis=Basis.ASSUMED)


def _tables(selects: list[Select]) -> Iterator[Table]:
    for select in selects:
        for source in select.sources.values():
            if source.table is not None:
                yield source.table
            elif source.query is not None and is_private_source(source):
                yield from _tables(source.query.selects)


def _distinct(context: QueryContext, query: Query) -> Iterator[Finding]:
    for select in query.selects:
        if select.node.args.get("distinct") is not None:
            message = f"DISTINCT stands in {_named(query)}; the grammar of queries over private tables has none"
            setting = "distinct_in_private_query"
            yield from context.open(private_inner_query, setting, message, STRUCTURE_PAGE, at=select.node)


def _order(context: QueryContext, query: Query) -> Iterator[Finding]:
    nodes = dict.fromkeys((query.node, *query.operators, *all_enclosing(query.selects)))
    for node in nodes:
        for name, clause in (("order", "ORDER BY"), ("limit", "LIMIT"), ("offset", "OFFSET")):
            found = node.args.get(name)
            if found is not None:
                message = f"{clause} stands in {_named(query)}, which reads private tables; it is for the final SELECT"
                yield from context.deny(private_inner_query, message, SQL_PAGE, at=found)


def _mixing(context: QueryContext, query: Query, node: exp.Expression, *, hands_up: bool) -> Iterator[Finding]:
    at: exp.Expression = node.args.get("group") or node
    message = "a query over private tables groups without the user identifier"
    keys: Iterable[exp.Expr] = at.find_all(exp.Column)
    if isinstance(node, exp.Window):
        message = "a window over private tables is not partitioned by the user identifier"
        keys = partition_of(node.parent_select or node, node)
    if hands_up and any(shows_user(context.script.use(key)) for key in keys):
        message += f" that {_named(query)} puts out; another one is NULL where an outer join finds no partner"
    yield from context.deny(private_inner_query, message, SQL_PAGE, at=at)


def _named(query: Query) -> str:
    kind = {Role.CTE: "CTE", Role.DERIVED: "derived table", Role.CACHED: "cached table"}[query.role]
    return f"{kind} '{query.name}'" if query.name else f"a {kind}"
