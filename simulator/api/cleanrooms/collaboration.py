"""Collaborations: created by one account, and visible to the accounts that it invites.

Source: API CreateCollaboration and its kin; userguide/create-collaboration, userguide/delete-collaboration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.lookup import member, member_id, own_collaboration, sees, visible_collaboration
from simulator.api.cleanrooms.payment import request_payment
from simulator.api.cleanrooms.records import account_record, check_quota, checked, update_record
from simulator.api.errors import invalid
from simulator.api.store import Record


def create_collaboration(call: Call) -> Answer:
    """Create a collaboration and invite its members; the creator counts as invited until it creates a membership."""
    checked("create_collaboration", call.asked)
    _check_members(call)
    body = {
        "creatorAccountId": call.account,
        "queryLogStatus": call.asked["queryLogStatus"],
        "jobLogStatus": call.asked.get("jobLogStatus", "DISABLED"),
        "analyticsEngine": call.asked.get("analyticsEngine", "SPARK"),
        "autoApprovedChangeTypes": call.asked.get("autoApprovedChangeRequestTypes"),
        **call.chosen("name", "description", "creatorDisplayName"),
        **call.chosen("dataEncryptionMetadata", "allowedResultRegions", "isMetricsEnabled"),
    }
    made = call.store.put(account_record(call, "collaboration", body))
    for specification in (_creator(call), *call.asked["members"]):
        call.store.put(invited(call, made.id, specification))
    return {"collaboration": seen_by(call, made)}


def get_collaboration(call: Call) -> Answer:
    """Show a collaboration to its members, invited ones included."""
    return {"collaboration": seen_by(call, visible_collaboration(call))}


def list_collaborations(call: Call) -> Answer:
    """List the collaborations that the caller owns, is invited to or active in."""
    wanted = call.asked.get("memberStatus")
    return {
        "collaborationList": [
            seen_by(call, collaboration)
            for own in call.store.of("member", account=call.account)
            if (collaboration := call.store.get("collaboration", own.parent)) is not None
            and sees(own, collaboration)
            and wanted in (None, own.body["status"])
        ]
    }


def update_collaboration(call: Call) -> Answer:
    """Change the name, the description or the engine; only for the creator."""
    made = update_record(call, own_collaboration(call), "name", "description", "analyticsEngine")
    if "name" in call.asked:
        for membership in call.store.of("membership", parent=made.id):
            call.store.put(membership.showing(collaborationName=made.body["name"]))
    return {"collaboration": seen_by(call, made)}


def delete_collaboration(call: Call) -> Answer:
    """Delete a collaboration; only for the creator. Its memberships stay, as COLLABORATION_DELETED, until deleted."""
    gone = own_collaboration(call)
    for membership in call.store.of("membership", parent=gone.id):
        call.store.put(membership.showing(status="COLLABORATION_DELETED", updateTime=call.now))
    for kind in ("member", "collaboration_change_request"):
        for record in call.store.of(kind, parent=gone.id):
            call.store.remove(record)
    call.store.remove(gone)
    return {}


def seen_by(call: Call, collaboration: Record) -> dict[str, Any]:
    """Return the collaboration with the caller's own status and membership."""
    own = member(call, collaboration.id, call.account)
    view = dict(own.body) if own else {}
    return {
        **collaboration.body,
        "memberStatus": view.get("status"),
        "membershipId": view.get("membershipId"),
        "membershipArn": view.get("membershipArn"),
    }


def invited(call: Call, collaboration_id: str, specification: Mapping[str, Any]) -> Record:
    """Return the record of a newly invited member.

    Args:
        call: The call.
        collaboration_id: Id of the collaboration.
        specification: A MemberSpecification.
    """
    account = specification["accountId"]
    abilities = specification["memberAbilities"]
    body = {
        "accountId": account,
        "status": "INVITED",
        "displayName": specification["displayName"],
        "abilities": abilities,
        "mlAbilities": specification.get("mlMemberAbilities"),
        "paymentConfiguration": request_payment(abilities, specification.get("paymentConfiguration")),
        "createTime": call.now,
        "updateTime": call.now,
    }
    return Record("member", member_id(collaboration_id, account), account, body, parent=collaboration_id)


def _creator(call: Call) -> dict[str, Any]:
    return {
        "accountId": call.account,
        "memberAbilities": call.asked["creatorMemberAbilities"],
        "mlMemberAbilities": call.asked.get("creatorMLMemberAbilities"),
        "displayName": call.asked["creatorDisplayName"],
        "paymentConfiguration": call.asked.get("creatorPaymentConfiguration"),
    }


def _check_members(call: Call) -> None:
    members = call.asked["members"]
    check_quota("invited_members", len(members))
    if any(each["accountId"] == call.account for each in members):
        raise invalid(f"members: the creator {call.account} is already a member and cannot be invited")
