"""One table joined with itself."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.listed import rule_page
from simulator.verdict import Finding


def self_join(context: QueryContext) -> Iterator[Finding]:
    """One table under two aliases of the same FROM clause.

    Why: The guide joins a column of one table with a column of another, and does not say whether these may be the same
        table twice.
    Avoid: `SELECT SUM(x.watch_secs) AS s FROM views x JOIN views y ON x.cust_key = y.cust_key
        JOIN orders o ON y.cust_key = o.cust_key`
    Prefer: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for select in context.script.selects:
        seen: set[str] = set()
        for source in select.sources.values():
            table = source.table
            if table is None:
                continue
            if table.name.lower() in seen:
                message = (
                    f"table '{table.name}' is joined with itself; the documentation does not say whether it may be"
                )
                page = rule_page(context)
                yield from context.open(self_join, "self_join", message, page, at=source.node, table=table)
            seen.add(table.name.lower())
