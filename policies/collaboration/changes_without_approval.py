"""Changes of the collaboration that no member has to approve."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import RoomCollaboration
from policies.policy import Policy, Severity, Violation
from policies.subjects import COLLABORATIONS, Placed


def changes_without_approval(placed: Placed[RoomCollaboration]) -> Iterator[Violation]:
    """Changes of the collaboration that no member has to approve.

    Why: A new member, or a member who may suddenly receive results, sees data that was shared with others
        in mind.
    Avoid: `auto_approved_change_request_types: [ADD_MEMBER]`
    Prefer: no type that adds people or lets them receive results
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/change-requests.html
    """
    for index, change in enumerate(placed.declaration.auto_approved_change_request_types or ()):
        if not change.startswith("REVOKE_"):
            message = f"{change!r} needs no approval; take it off the list, so that members are asked"
            yield Violation(("auto_approved_change_request_types", index), message, change)


POLICY = Policy(changes_without_approval, COLLABORATIONS, Severity.HIGH)
