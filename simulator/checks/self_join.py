"""One table joined with itself."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.listed import rule_page
from simulator.verdict import Finding


def self_join(context: QueryContext) -> Iterator[Finding]:
    """One configured table under two aliases of the same FROM clause; the grammar does not speak of it.

    Avoid: FROM views x JOIN views y ON x.cust_key = y.cust_key
    Prefer: FROM views v JOIN orders o ON v.cust_key = o.cust_key
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
