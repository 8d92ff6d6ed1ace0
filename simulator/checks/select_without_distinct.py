"""A list query that may repeat rows."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.verdict import Finding


def select_without_distinct(context: QueryContext) -> Iterator[Finding]:
    """A list query without DISTINCT.

    Why: The list rule requires it. Without DISTINCT, the number of rows behind each value would show, too.
    Avoid: `SELECT c.tier FROM crm c JOIN seg s ON c.person_key = s.person_key`
    Prefer: `SELECT DISTINCT c.tier FROM crm c JOIN seg s ON c.person_key = s.person_key`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-list.html
    """
    for select in context.script.selects:
        if select.node.args.get("distinct") is None:
            message = "a list query must be a SELECT DISTINCT"
            source = f"{USER_GUIDE}/analysis-rules-list.html"
            at = select.node.expressions[0] if select.node.expressions else select.node
            yield from context.deny(select_without_distinct, message, source, at=at)
