"""A query of somebody who is not a member of the collaboration."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.verdict import Finding


def inactive_query_runner(context: QueryContext) -> Iterator[Finding]:
    """A query runner who is not an active member.

    Why: Only an active member of the collaboration can run queries; one who has left, or was removed, cannot.
    Avoid: a query by a member who was removed
    Prefer: a query by the member who can query, while their membership is active
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/running-sql-queries.html
    """
    runner = context.request.query_runner
    status = context.request.member_status.get(runner, "ACTIVE")
    if status != "ACTIVE":
        message = f"member '{runner}', who can query, is {status}; only an ACTIVE member can run queries"
        yield from context.deny(inactive_query_runner, message, f"{USER_GUIDE}/running-sql-queries.html")
