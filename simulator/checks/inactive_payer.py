"""A query whose costs nobody active would pay."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.verdict import Finding


def inactive_payer(context: QueryContext) -> Iterator[Finding]:
    """A payer for query compute who is not an active member.

    Why: The service runs a query only once the member who pays for it is an active member.
    Avoid: a query paid by a member who is only invited
    Prefer: a query paid by a member who has joined
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/running-sql-queries.html
    """
    request = context.request
    payer = request.payer or request.query_runner
    status = request.member_status.get(payer, "ACTIVE")
    if status != "ACTIVE":
        message = f"member '{payer}', who pays for query compute, is {status}; the payer must be an ACTIVE member"
        yield from context.deny(inactive_payer, message, f"{USER_GUIDE}/running-sql-queries.html")
