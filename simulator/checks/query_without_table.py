"""A query that reads no table of the collaboration."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.verdict import Basis, Finding


def query_without_table(context: QueryContext) -> Iterator[Finding]:
    """A query that reads no table of the collaboration.

    Why: A table's rule is what allows a query; where there is no table, no rule allows one.
    Avoid: `SELECT 1 AS one`
    Prefer: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules.html
    """
    if not context.script.tables():
        message = "the query reads no table of the collaboration; an analysis rule allows queries on its table only"
        source = f"{USER_GUIDE}/analysis-rules.html"
        yield from context.deny(query_without_table, message, source, basis=Basis.ASSUMED)
