"""A select list that computes no statistic."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.sql.constructs import Construct, walk
from simulator.verdict import Finding


def query_without_aggregate(context: QueryContext) -> Iterator[Finding]:
    """An aggregation query without an aggregate function in its select list.

    Why: An aggregation rule opens statistics about rows, not the rows themselves.
    Avoid: `SELECT v.region FROM views v JOIN orders o ON v.cust_key = o.cust_key GROUP BY v.region`
    Prefer: `SELECT v.region, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY v.region`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    script = context.script
    for select in script.selects:
        items = (part for item in select.node.expressions for part in walk(script, item))
        if not any(construct is Construct.AGGREGATE for _, construct in items):
            message = (
                "the select list must hold at least one aggregate function (COUNT, SUM or AVG of an aggregate column)"
            )
            source = f"{USER_GUIDE}/analysis-rules-aggregation.html"
            at = select.node.expressions[0] if select.node.expressions else select.node
            yield from context.deny(query_without_aggregate, message, source, at=at)
