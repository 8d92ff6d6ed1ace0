"""A member whose own queries leave no log."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import RoomMembership
from policies.policy import Policy, Severity, Violation
from policies.subjects import MEMBERSHIPS, Placed


def unlogged_membership(placed: Placed[RoomMembership]) -> Iterator[Violation]:
    """A member whose own queries leave no log.

    Why: The collaboration allows logs, and this member has none: nobody in its account can audit what was
        asked.
    Avoid: `query_log_status: DISABLED` in a membership
    Prefer: `query_log_status: ENABLED`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/query-logs.html
    """
    if placed.declaration.query_log_status == "DISABLED" and placed.room.collaboration.query_log_status == "ENABLED":
        message = (
            "query_log_status of the membership is 'DISABLED' although the collaboration allows logs; set 'ENABLED'"
        )
        yield Violation(("query_log_status",), message)


POLICY = Policy(unlogged_membership, MEMBERSHIPS, Severity.MEDIUM)
