"""A query inside a query."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.listed import rule_name, rule_page
from simulator.sql.resolved import Role
from simulator.verdict import Finding


def subquery(context: QueryContext) -> Iterator[Finding]:
    """A query in FROM, JOIN or inside an expression.

    Why: The guide says that aggregation and list rules do not support subqueries.
    Avoid: `SELECT SUM(q.w) AS s FROM (SELECT v.watch_secs AS w FROM views v) q`
    Prefer: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for query in context.script.queries:
        if query.role in (Role.DERIVED, Role.SUBQUERY):
            message = f"subqueries are not supported under {rule_name(context)}"
            yield from context.deny(subquery, message, rule_page(context), at=query.node)
