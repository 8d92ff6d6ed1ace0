"""A table whose access budget is used up."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.verdict import Finding


def spent_access_budget(context: QueryContext) -> Iterator[Finding]:
    """A table with no uses left in its data access budget.

    Every query over it costs one; of a budget for a period and one for the lifetime, the lower counts.

    Why: The owner decides how often a table may be used; at zero the service refuses every query over it.
    Avoid: a query for each question
    Prefer: one query that answers several questions, or a higher budget from the owner
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/configure-data-access-budget.html
    """
    for table in context.script.tables().values():
        if table.budget_remaining is not None and table.budget_remaining < 1:
            message = f"the access budget of '{table.name}' is used up ({table.budget_remaining} uses left, 1 needed)"
            source = f"{USER_GUIDE}/configure-data-access-budget.html"
            yield from context.deny(spent_access_budget, message, source, table=table)
