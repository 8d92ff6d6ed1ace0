"""A correlated subquery of a pattern that the service does not support."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import SQL_REFERENCE, QueryContext
from simulator.sql.grouping import key_nodes
from simulator.sql.resolved import Query, Role, Select
from simulator.verdict import Finding

_PAGE = f"{SQL_REFERENCE}/correlated_subqueries.html"


def unsupported_correlation(context: QueryContext) -> Iterator[Finding]:
    """A subquery that uses a column of the query around it where the service cannot decorrelate it.

    Unsupported: a correlation that skips a query block; a correlated subquery in ON, with a window function, as (part
    of) a GROUP BY key, or with an aggregate and GROUP BY under IN.

    Why: The service runs a correlated subquery by turning it into a join, and documents where it cannot.
    Avoid: `SELECT (SELECT COUNT(z.camp) FROM imps z WHERE z.user_key = u.user_key) AS n, u.tier FROM users u
        GROUP BY n, u.tier`
    Prefer: `SELECT u.tier, COUNT(z.camp) AS n FROM users u LEFT JOIN imps z ON z.user_key = u.user_key GROUP BY u.tier`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/correlated_subqueries.html
    """
    for query in context.script.queries:
        for select in query.selects:
            outer = [use for use in select.uses if use.correlated]
            for use in outer:
                if select.parent is None or use.source not in select.parent.sources.values():
                    yield from _unsupported(context, f"'{use.name}' skips a query block", use.node)
            if outer and query.role is Role.SUBQUERY:
                for pattern in _patterns(query, select):
                    yield from _unsupported(context, pattern, select.node)
    for select in context.script.selects:
        yield from _grouped(context, select)


def _patterns(query: Query, select: Select) -> Iterator[str]:
    if isinstance(query.node.find_ancestor(exp.Join, exp.Select), exp.Join):
        yield "it appears in an ON clause"
    if select.node.find(exp.Window) is not None:
        yield "it holds a window function"
    if isinstance(query.node.find_ancestor(exp.In, exp.Select), exp.In):
        aggregates = any(item.find(exp.AggFunc) is not None for item in select.node.expressions)
        if aggregates and select.node.args.get("group") is not None:
            yield "it aggregates, groups and appears under IN"


def _grouped(context: QueryContext, select: Select) -> Iterator[Finding]:
    correlated = {
        id(query.node)
        for query in select.subqueries
        if any(use.correlated for inner in query.selects for use in inner.uses)
    }
    if not correlated:
        return
    for key, item in key_nodes(context.script, select):
        if any(id(part) in correlated for part in (item.node if item is not None else key).walk()):
            yield from _unsupported(context, "its result is a GROUP BY key", key)


def _unsupported(context: QueryContext, pattern: str, at: exp.Expression) -> Iterator[Finding]:
    message = f"a correlated subquery of this pattern is not supported: {pattern}"
    yield from context.deny(unsupported_correlation, message, _PAGE, at=at)
