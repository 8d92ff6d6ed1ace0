"""A table whose access budget is used up."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.verdict import Finding


def spent_access_budget(context: QueryContext) -> Iterator[Finding]:
    """A table with no uses left: every query over it costs one, and the lower of period and lifetime budget counts.

    Avoid: one query a question, each over the table.   Prefer: one query that answers several, or a CACHE TABLE script.
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/configure-data-access-budget.html
    """
    for table in context.script.tables().values():
        if table.budget_remaining is not None and table.budget_remaining < 1:
            message = f"the access budget of '{table.name}' is used up ({table.budget_remaining} uses left, 1 needed)"
            source = f"{USER_GUIDE}/configure-data-access-budget.html"
            yield from context.deny(spent_access_budget, message, source, table=table)
