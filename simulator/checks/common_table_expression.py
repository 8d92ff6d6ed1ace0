"""A WITH clause."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.listed import rule_name, rule_page
from simulator.sql.resolved import Role
from simulator.verdict import Finding


def common_table_expression(context: QueryContext) -> Iterator[Finding]:
    """A common table expression (WITH).

    Why: The guide says that aggregation and list rules support neither subqueries nor common table expressions.
    Avoid: `WITH q AS (SELECT v.watch_secs AS w FROM views v) SELECT SUM(w) AS s FROM q`
    Prefer: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for query in context.script.queries:
        if query.role is Role.CTE:
            message = f"common table expressions are not supported under {rule_name(context)}; found '{query.name}'"
            yield from context.deny(common_table_expression, message, rule_page(context), at=query.node)
