"""GROUP BY with more than columns and functions."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.sql.grouping import extensions
from simulator.verdict import Basis, Finding


def grouping_extension(context: QueryContext) -> Iterator[Finding]:
    """ROLLUP, CUBE, GROUPING SETS, GROUP BY ALL, or a list in brackets.

    Why: The rule's grammar groups by columns and scalar functions of them, and by nothing else.
    Avoid: `SELECT v.region, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY ROLLUP (v.region)`
    Prefer: `SELECT v.region, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY v.region`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for select in context.script.selects:
        group = select.node.args.get("group")
        for written in dict.fromkeys(name for name, _ in extensions(select.node)):
            message = f"GROUP BY takes dimension columns and scalar functions of them; found {written}"
            source = f"{USER_GUIDE}/analysis-rules-aggregation.html"
            yield from context.deny(grouping_extension, message, source, at=group, basis=Basis.DERIVED)
