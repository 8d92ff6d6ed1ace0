"""A cast written with `::`."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.sql.spelling import cast_operators
from simulator.verdict import Finding


def cast_operator(context: QueryContext) -> Iterator[Finding]:
    """The operator `::` in place of the function CAST.

    Why: The guide lists CAST among the scalar functions that a rule can allow, and does not say whether the operator
        counts as that function.
    Avoid: `SELECT v.viewed_at::date AS d, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY v.viewed_at`
    Prefer: `SELECT CAST(v.viewed_at AS DATE) AS d, SUM(v.watch_secs) AS s FROM views v
        JOIN orders o ON v.cust_key = o.cust_key GROUP BY CAST(v.viewed_at AS DATE)`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for span in cast_operators(context.script):
        message = "only the function CAST is named, not the operator ::; write CAST(... AS ...)"
        source = f"{USER_GUIDE}/analysis-rules-aggregation.html"
        yield from context.open(cast_operator, "cast_operator", message, source, at=span)
