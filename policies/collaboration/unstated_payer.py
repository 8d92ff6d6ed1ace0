"""A collaboration that does not say who pays for queries."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import RoomCollaboration
from policies.policy import Level, Policy, Severity, Violation
from policies.subjects import COLLABORATIONS, Placed


def unstated_payer(placed: Placed[RoomCollaboration]) -> Iterator[Violation]:
    """A collaboration that does not say who pays for queries.

    Why: Unless it is stated, the member who can query pays; a partner who was invited to query learns that from the
        bill.
    Avoid: no `payment_configuration`
    Prefer: `payment_configuration: {query_compute: {is_responsible: true}}` for one member
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/create-collaboration.html
    """
    collaboration = placed.declaration
    if "CAN_QUERY" in collaboration.creator_member_abilities:
        return
    stated = [
        collaboration.creator_payment_configuration,
        *(one.payment_configuration for one in collaboration.members),
    ]
    if not any(stated):
        message = "no member's payment configuration is stated, so the member who can query pays; say who does"
        yield Violation(("members",), message)


POLICY = Policy(unstated_payer, COLLABORATIONS, Severity.LOW, level=Level.ADVISORY)
