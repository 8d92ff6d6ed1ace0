"""Change requests, which change members, abilities and payers after a collaboration was created.

Source: API CreateCollaborationChangeRequest and its kin; userguide/change-requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.api.calls import Answer, Call, new_id
from simulator.api.cleanrooms.changes import apply_change, types_of
from simulator.api.cleanrooms.lookup import ACTIVE, own_collaboration, visible_collaboration
from simulator.api.cleanrooms.records import check_quota, checked
from simulator.api.errors import conflict, denied, invalid, not_found
from simulator.api.store import Record

KIND = "collaboration_change_request"
"""The kind under which change requests are kept."""

_OPEN = {"APPROVE": "PENDING", "DENY": "PENDING", "CANCEL": "PENDING", "COMMIT": "APPROVED"}
"""The status in which each action is possible; an approved request can be cancelled, too."""


def create_collaboration_change_request(call: Call) -> Answer:
    """Ask the active members to approve changes; only for the creator. Auto-approved types need no approval."""
    checked("create_collaboration_change_request", call.asked)
    collaboration = own_collaboration(call)
    changes = [{**each, "types": types_of(call, collaboration, each)} for each in call.asked["changes"]]
    types = {kind for change in changes for kind in change["types"]}
    added = sum("ADD_MEMBER" in change["types"] for change in changes)
    if added:
        members = [
            each for each in call.store.of("member", parent=collaboration.id) if each.account != collaboration.account
        ]
        check_quota("invited_members", len([each for each in members if each.body["status"] != "REMOVED"]) + added)
    automatic = types <= set(collaboration.body.get("autoApprovedChangeTypes") or ())
    approvals = {
        each.account: {"status": "APPROVED" if automatic or each.account == call.account else "PENDING"}
        for each in call.store.of("member", parent=collaboration.id)
        if each.body["status"] == ACTIVE or each.account == call.account
    }
    made_id = new_id()
    body = {
        "id": made_id,
        "collaborationId": collaboration.id,
        "createTime": call.now,
        "updateTime": call.now,
        "status": _status(approvals),
        "isAutoApproved": automatic,
        "changes": changes,
        "approvals": approvals,
    }
    made = call.store.put(Record(KIND, made_id, call.account, body, parent=collaboration.id))
    return {"collaborationChangeRequest": made.body}


def get_collaboration_change_request(call: Call) -> Answer:
    """Show a request to any member."""
    return {"collaborationChangeRequest": _named(call).body}


def list_collaboration_change_requests(call: Call) -> Answer:
    """List the requests of a collaboration."""
    wanted = call.asked.get("status")
    held = call.store.of(KIND, parent=visible_collaboration(call).id)
    return {
        "collaborationChangeRequestSummaries": [each.body for each in held if wanted in (None, each.body["status"])]
    }


def update_collaboration_change_request(call: Call) -> Answer:
    """Approve or deny as a member; cancel or commit as the creator."""
    request, action = _named(call), call.asked["action"]
    status = request.body["status"]
    if status != _OPEN[action] and not (action == "CANCEL" and status == "APPROVED"):
        raise conflict(
            f"change request {request.id} is {status}; it cannot be changed by {action}", "INVALID_STATE", request.id
        )
    if action in {"APPROVE", "DENY"}:
        changed = _voted(call, request, "APPROVED" if action == "APPROVE" else "DENIED")
    else:
        collaboration = own_collaboration(call)
        if action == "COMMIT":
            for change in request.body["changes"]:
                apply_change(call, collaboration, change)
        changed = request.showing(status="COMMITTED" if action == "COMMIT" else "CANCELLED")
    return {"collaborationChangeRequest": call.store.put(changed.showing(updateTime=call.now)).body}


def _named(call: Call) -> Record:
    collaboration = visible_collaboration(call)
    wanted = call.asked["changeRequestIdentifier"]
    found = call.store.get(KIND, wanted)
    if found is None or found.parent != collaboration.id:
        message = f"change request {wanted} does not exist in collaboration {collaboration.id}"
        raise not_found(message, wanted, "COLLABORATION")
    return found


def _voted(call: Call, request: Record, vote: str) -> Record:
    approvals: Mapping[str, Any] = request.body["approvals"]
    if call.account not in approvals:
        raise denied(f"account {call.account} was not an active member when change request {request.id} was made")
    if approvals[call.account]["status"] != "PENDING":
        raise invalid(f"account {call.account} has already answered {approvals[call.account]['status']}")
    answered = {**approvals, call.account: {"status": vote}}
    return request.showing(approvals=answered, status=_status(answered))


def _status(approvals: Mapping[str, Any]) -> str:
    found = {each["status"] for each in approvals.values()}
    if "DENIED" in found:
        return "DENIED"
    return "PENDING" if "PENDING" in found else "APPROVED"
