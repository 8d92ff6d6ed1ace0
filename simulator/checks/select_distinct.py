"""SELECT DISTINCT over aggregates."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.verdict import Finding


def select_distinct(context: QueryContext) -> Iterator[Finding]:
    """SELECT DISTINCT in an aggregation query.

    Why: The rule's grammar does not show DISTINCT there, and no sentence forbids it.
    Avoid: `SELECT DISTINCT v.region, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY v.region`
    Prefer: `SELECT v.region, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY v.region`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for select in context.script.selects:
        if select.node.args.get("distinct") is not None:
            message = "SELECT DISTINCT is not in the grammar of aggregation queries; leave DISTINCT out"
            source = f"{USER_GUIDE}/analysis-rules-aggregation.html"
            at = select.node.expressions[0]
            yield from context.open(select_distinct, "distinct_in_aggregation_query", message, source, at=at)
