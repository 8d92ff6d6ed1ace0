"""A table whose owner has not said what may be asked of it."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.request import TableKind
from simulator.verdict import Finding


def table_without_rule(context: QueryContext) -> Iterator[Finding]:
    """A configured table without an analysis rule.

    Why: Without a rule the service lets a table be associated, and refuses every query over it.
    Avoid: `SELECT COUNT(amount) AS n FROM raw_feed` before raw_feed has a rule
    Prefer: the same query, once its owner has made a rule that allows it
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules.html
    """
    for table in context.script.tables().values():
        if table.kind is TableKind.CONFIGURED and table.rule is None:
            message = f"table '{table.name}' has no analysis rule, so it cannot be queried"
            yield from context.deny(table_without_rule, message, f"{USER_GUIDE}/analysis-rules.html", table=table)
