"""ORDER BY ... NULLS FIRST or NULLS LAST."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.sql.problems import span_between
from simulator.sql.spelling import mentions, words_of
from simulator.verdict import Finding


def nulls_ordering(context: QueryContext) -> Iterator[Finding]:
    """NULLS FIRST or NULLS LAST in ORDER BY.

    Why: The rule's grammar shows ASC and DESC, and nothing else, after a sort key.
    Avoid: `SELECT v.region, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY v.region ORDER BY v.region NULLS LAST`
    Prefer: `SELECT v.region, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY v.region ORDER BY v.region DESC`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    if not mentions(context.script, "NULLS"):
        return
    words = words_of(context.script)
    for place in ("FIRST", "LAST"):
        for first, last in words.sequences("NULLS", place):
            message = f"NULLS {place} is not in the grammar of ORDER BY, which shows ASC and DESC"
            source = f"{USER_GUIDE}/analysis-rules-aggregation.html"
            at = span_between(context.script.sql, first.start, last.end)
            yield from context.open(nulls_ordering, "nulls_first_or_last", message, source, at=at)
