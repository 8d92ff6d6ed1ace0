"""A query inside a query."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.listed import rule_name, rule_page
from simulator.sql.resolved import Role
from simulator.verdict import Finding


def subquery(context: QueryContext) -> Iterator[Finding]:
    """A query in FROM, JOIN or inside an expression.

    Avoid: WHERE v.region IN (SELECT s.region FROM stores s)   Prefer: WHERE v.region IN ('EU', 'US')
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for query in context.script.queries:
        if query.role in (Role.DERIVED, Role.SUBQUERY):
            message = f"subqueries are not supported under {rule_name(context)}"
            yield from context.deny(subquery, message, rule_page(context), at=query.node)
