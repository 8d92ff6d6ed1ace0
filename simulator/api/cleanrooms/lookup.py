"""Finds the resources that a call names, if the caller may see them."""

from __future__ import annotations

from simulator.api.calls import Call
from simulator.api.errors import conflict, denied, not_found
from simulator.api.store import Record

ACTIVE = "ACTIVE"
"""Status of a member who has joined, and of an active membership."""


def member_id(collaboration_id: str, account: str) -> str:
    """Return the id of a member's record."""
    return f"{collaboration_id}/{account}"


def member(call: Call, collaboration_id: str, account: str) -> Record | None:
    """Return a member of a collaboration, or None."""
    return call.store.get("member", member_id(collaboration_id, account))


def sees(own: Record | None, collaboration: Record) -> bool:
    """Tell whether a member may see its collaboration: it is invited, active, or the creator (even after leaving)."""
    if own is None:
        return False
    return own.account == collaboration.account or own.body["status"] in {"INVITED", ACTIVE}


def visible_collaboration(call: Call) -> Record:
    """Return the named collaboration, which the caller has created, is invited to, or is active in.

    Raises:
        ApiError: AccessDeniedException, whether the collaboration does not exist or belongs to other accounts.
    """
    wanted = call.asked["collaborationIdentifier"]
    found = call.store.get("collaboration", wanted)
    if found is None or not sees(member(call, wanted, call.account), found):
        raise denied(f"account {call.account} has no access to collaboration {wanted}")
    return found


def joined_collaboration(call: Call) -> Record:
    """Return the named collaboration, of which the caller must be an active member.

    Raises:
        ApiError: AccessDeniedException.
    """
    found = visible_collaboration(call)
    own = member(call, found.id, call.account)
    if own is None or own.body["status"] != ACTIVE:
        raise denied(f"account {call.account} has not joined collaboration {found.id}; create a membership first")
    return found


def own_collaboration(call: Call) -> Record:
    """Return the named collaboration, which the caller must have created.

    Raises:
        ApiError: AccessDeniedException.
    """
    found = visible_collaboration(call)
    if found.account != call.account:
        raise denied(f"only the creator of collaboration {found.id} may do this")
    return found


def owned(call: Call, kind: str, identifier: str) -> Record:
    """Return the named resource of the caller's account.

    Args:
        call: The call.
        kind: The resource's kind, which in upper case is its ResourceType.
        identifier: The input member that holds its id.

    Raises:
        ApiError: ResourceNotFoundException, or AccessDeniedException for one of another account.
    """
    wanted = call.asked[identifier]
    found = call.store.get(kind, wanted)
    words = kind.replace("_", " ")
    if found is None:
        raise not_found(f"{words} {wanted} does not exist", wanted, kind.upper())
    if found.account != call.account:
        raise denied(f"account {call.account} has no access to {words} {wanted}")
    return found


def own_membership(call: Call) -> Record:
    """Return the caller's membership that the call names, whatever its status.

    Raises:
        ApiError: ResourceNotFoundException, or AccessDeniedException for one of another account.
    """
    return owned(call, "membership", "membershipIdentifier")


def active_membership(call: Call) -> Record:
    """Return the caller's membership that the call names, which must be active.

    Raises:
        ApiError: As for `own_membership`; ConflictException when the membership is not active.
    """
    found = own_membership(call)
    if found.body["status"] != ACTIVE:
        message = f"membership {found.id} is {found.body['status']}"
        raise conflict(message, "INVALID_STATE", found.id, "MEMBERSHIP")
    return found


def child(call: Call, kind: str, identifier: str) -> Record:
    """Return the named resource of the named membership.

    Args:
        call: The call.
        kind: The resource's kind.
        identifier: The input member that holds its id.

    Raises:
        ApiError: ResourceNotFoundException, or AccessDeniedException for a membership of another account.
    """
    membership = own_membership(call)
    wanted = call.asked[identifier]
    found = call.store.get(kind, wanted)
    if found is None or found.parent != membership.id:
        message = f"{kind.replace('_', ' ')} {wanted} does not exist in membership {membership.id}"
        known = "CONFIGURED_TABLE_ASSOCIATION" if kind == "configured_table_association" else "MEMBERSHIP"
        raise not_found(message, wanted, known)
    return found


def shared(call: Call, kind: str) -> list[Record]:
    """Return the resources of a kind that active members share in the named collaboration."""
    collaboration = joined_collaboration(call)
    return brought(call, collaboration.id, kind)


def brought(call: Call, collaboration_id: str, kind: str) -> list[Record]:
    """Return the resources of a kind that active members share in a collaboration."""
    return [
        record
        for membership in call.store.of("membership", parent=collaboration_id)
        if membership.body["status"] == ACTIVE
        for record in call.store.of(kind, parent=membership.id)
    ]


def shared_one(call: Call, kind: str, identifier: str) -> Record:
    """Return the shared resource that the call names by id or ARN.

    Raises:
        ApiError: ResourceNotFoundException, or AccessDeniedException for a collaboration the caller has not joined.
    """
    wanted = call.asked[identifier]
    for record in shared(call, kind):
        if wanted in (record.id, record.arn):
            return record
    where = call.asked["collaborationIdentifier"]
    raise not_found(
        f"{kind.replace('_', ' ')} {wanted} does not exist in collaboration {where}", wanted, "COLLABORATION"
    )
