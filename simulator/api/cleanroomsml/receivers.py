"""The receivers of the outputs of custom models.

Source: API CustomMLMemberAbility, PutMLConfiguration.
"""

from __future__ import annotations

from simulator.api.calls import Call
from simulator.api.cleanrooms.lookup import ACTIVE, member
from simulator.api.errors import invalid
from simulator.api.store import Record


def check_receiver(call: Call, membership: Record, account: str, ability: str) -> None:
    """Refuse a receiver who is not an active member, lacks the ability, or has no ML configuration.

    Args:
        call: The call.
        membership: The caller's membership.
        account: Account id of the receiver.
        ability: A CustomMLMemberAbility.

    Raises:
        ApiError: ValidationException.
    """
    found = member(call, membership.parent, account)
    if found is None or found.body["status"] != ACTIVE:
        raise invalid(f"account {account} is not an active member of collaboration {membership.parent}")
    if ability not in (found.body.get("mlAbilities") or {}).get("customMLMemberAbilities", ()):
        raise invalid(f"account {account} does not have {ability} in collaboration {membership.parent}")
    if call.store.get("ml_configuration", found.body["membershipId"]) is None:
        raise invalid(f"account {account} has no ML configuration, which states where its output is written")
