"""Who pays: what the creator set and what each member accepts must agree.

Source: API QueryComputePaymentConfig, MembershipQueryComputePaymentConfig and their kin, CreateMembershipInput.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from declarations.base import Problem
from declarations.room_checks.abilities import holders

if TYPE_CHECKING:  # rooms ask these checks, so their module imports this one
    from declarations.clean_room import CleanRoom, RoomMembership

_Cost = tuple[str, ...]


def payer_mismatches(room: CleanRoom) -> Iterator[Problem]:
    """Designated payers accept to pay, and nobody else does."""
    for index, membership in enumerate(room.memberships):
        if membership.payment_configuration is None:
            yield from _silent_payer(room, membership, ("memberships", index))
            continue
        for cost, accepted in membership.payment_configuration.responsibilities():
            designated = _designated(room, membership.account_id, cost)
            if designated is None or accepted == designated:
                continue
            account = membership.account_id
            if accepted:
                message = f"isResponsible is true, but account {account!r} is not designated to pay"
            else:
                message = f"isResponsible is false, but account {account!r} is designated to pay and must accept"
            yield Problem(("memberships", index, "payment_configuration", *cost), message)


def _silent_payer(room: CleanRoom, membership: RoomMembership, path: tuple[str | int, ...]) -> Iterator[Problem]:
    asked, runners = room.members.get(membership.account_id), holders(room, "CAN_QUERY")
    if not runners:
        return  # that is reported elsewhere; the member who was meant to query may be the payer
    if asked is None or asked.payment_configuration is None or membership.account_id in runners:
        return
    if any(responsible for _, responsible in asked.payment_configuration.responsibilities()):
        message = f"is required: account {membership.account_id!r} is designated to pay and cannot query"
        yield Problem(path, f"paymentConfiguration {message}")


def _designated(room: CleanRoom, account: str, cost: _Cost) -> bool | None:
    """Return whether *account* is designated to pay; None if the service does not define it."""
    candidates = {
        member.account_id
        for member in room.members.values()
        if member.payment_configuration and (cost, True) in member.payment_configuration.responsibilities()
    }
    if candidates:
        return account in candidates
    runner = account in holders(room, "CAN_QUERY")
    # Nobody named: the member who can query pays for queries and machine learning; for jobs nothing is said.
    return None if runner and cost[0] == "job_compute" else runner
