"""Finds the resources that a call names by ARN, if the caller may see them.

Source: userguide/ml-behaviors: only StartAudienceGenerationJob can be called across accounts.
"""

from __future__ import annotations

from simulator.api.calls import Call
from simulator.api.cleanrooms.lookup import brought, joined_collaboration, own_membership
from simulator.api.cleanroomsml.records import arn_member
from simulator.api.errors import conflict, denied, not_found
from simulator.api.store import Record

ACTIVE = "ACTIVE"
"""Status of a resource that is ready for use."""


def own(call: Call, kind: str, arn: str | None = None) -> Record:
    """Return a resource of the caller's account.

    Args:
        call: The call.
        kind: The resource's kind.
        arn: Its ARN; None for the one that the call names.

    Raises:
        ApiError: AccessDeniedException for the ARN of another account, which is not looked up; else
            ResourceNotFoundException.
    """
    wanted = arn or call.asked[arn_member(kind)]
    owner = wanted.split(":")[4]
    if owner != call.account:
        raise denied(f"account {call.account} has no access to {wanted}")
    found = call.store.get(kind, wanted)
    if found is None:
        raise not_found(f"{kind.replace('_', ' ')} {wanted} does not exist", wanted, "ACCOUNT")
    return found


def own_in_membership(call: Call, kind: str) -> Record:
    """Return the resource of the named membership that the call names.

    Raises:
        ApiError: ResourceNotFoundException, or AccessDeniedException for a membership of another account.
    """
    membership, wanted = own_membership(call), call.asked[arn_member(kind)]
    found = call.store.get(kind, wanted)
    if found is None or found.parent != membership.id:
        message = f"{kind.replace('_', ' ')} {wanted} does not exist in membership {membership.id}"
        raise not_found(message, wanted, "MEMBERSHIP")
    return found


def shared(call: Call, kind: str) -> list[Record]:
    """Return the resources of a kind that active members created in the named collaboration.

    Raises:
        ApiError: AccessDeniedException: the caller has not joined it.
    """
    return brought(call, joined_collaboration(call).id, kind)


def shared_one(call: Call, kind: str) -> Record:
    """Return the resource of the named collaboration that the call names.

    Raises:
        ApiError: ResourceNotFoundException, or AccessDeniedException for a collaboration the caller has not joined.
    """
    return in_collaboration(call, kind, joined_collaboration(call).id, call.asked[arn_member(kind)])


def in_collaboration(call: Call, kind: str, collaboration_id: str, arn: str) -> Record:
    """Return the resource with an ARN that an active member created in a collaboration.

    Raises:
        ApiError: ResourceNotFoundException.
    """
    for found in brought(call, collaboration_id, kind):
        if found.id == arn:
            return found
    message = f"{kind.replace('_', ' ')} {arn} does not exist in collaboration {collaboration_id}"
    raise not_found(message, arn, "COLLABORATION")


def check_active(record: Record) -> None:
    """Raise if a resource is not ready for use.

    Raises:
        ApiError: ConflictException.
    """
    if record.body["status"] != ACTIVE:
        message = f"{record.kind.replace('_', ' ')} {record.arn} is {record.body['status']}, not {ACTIVE}"
        raise conflict(message, "INVALID_STATE", record.arn)
