"""A WITH clause."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.listed import rule_name, rule_page
from simulator.sql.resolved import Role
from simulator.verdict import Finding


def common_table_expression(context: QueryContext) -> Iterator[Finding]:
    """A common table expression (WITH).

    Avoid: WITH q AS (SELECT ...) SELECT ... FROM q   Prefer: SELECT ... FROM the tables themselves
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for query in context.script.queries:
        if query.role is Role.CTE:
            message = f"common table expressions are not supported under {rule_name(context)}; found '{query.name}'"
            yield from context.deny(common_table_expression, message, rule_page(context), at=query.node)
