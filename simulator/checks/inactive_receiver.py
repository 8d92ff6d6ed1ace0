"""Results for somebody who cannot receive any."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.verdict import Finding


def inactive_receiver(context: QueryContext) -> Iterator[Finding]:
    """A chosen result receiver without the ability CAN_RECEIVE_RESULTS, or who is not an active member.

    Why: The guide lets results be sent only to members who hold that ability and are active.
    Avoid: sending the result to a member who is only invited
    Prefer: sending the result to an active member with CAN_RECEIVE_RESULTS
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/use-sql-editor.html
    """
    request, source = context.request, f"{USER_GUIDE}/use-sql-editor.html"
    for receiver in dict.fromkeys(request.result_receivers or (request.query_runner,)):
        status = request.member_status.get(receiver, "ACTIVE")
        if status != "ACTIVE":
            message = f"result receiver '{receiver}' is {status}; a receiver must be an ACTIVE member"
            yield from context.deny(inactive_receiver, message, source)
        if request.receivers is not None and receiver not in request.receivers:
            able = ", ".join(f"'{account}'" for account in sorted(request.receivers)) or "none"
            message = (
                f"result receiver '{receiver}' does not have the ability CAN_RECEIVE_RESULTS (members with it: {able})"
            )
            yield from context.deny(inactive_receiver, message, source)
