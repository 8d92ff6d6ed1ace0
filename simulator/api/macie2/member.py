"""Members: accounts whose Macie another account administers.

Source: API CreateMember, GetMember, ListMembers and their kin.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.api.calls import Answer, Call
from simulator.api.errors import conflict
from simulator.api.macie2.owned import arn, check_tags, no_such_resource
from simulator.api.store import Record
from simulator.api.tagging import show_with_tags

MEMBER = "macie_member"
"""The kind under which members are kept: the owner administers, the parent is the member."""


def create_member(call: Call) -> Answer:
    """Create a member, which still has to be invited."""
    check_tags(call.asked.get("tags", {}))
    account = call.asked["account"]
    if any(each.parent == account["accountId"] for each in call.store.of(MEMBER, account=call.account)):
        raise conflict(f"account {account['accountId']} is already a member", "ALREADY_EXISTS")
    made = member_record(call, call.account, account["accountId"], "Created").showing(email=account["email"])
    call.store.put(replace(made, tags=call.asked.get("tags", {})))
    return {"arn": made.arn}


def get_member(call: Call) -> Answer:
    """Show a member."""
    return show_with_tags(_own(call))


def list_members(call: Call) -> Answer:
    """List the members; by default only associated ones."""
    every = call.asked.get("onlyAssociated", "true").lower() == "false"
    own = call.store.of(MEMBER, account=call.account)
    return {"members": [show_with_tags(each) for each in own if every or each.body["relationshipStatus"] == "Enabled"]}


def delete_member(call: Call) -> Answer:
    """Delete the association with a member."""
    call.store.remove(_own(call))
    return {}


def disassociate_member(call: Call) -> Answer:
    """Remove a member, who stays in the list of all associations."""
    call.store.put(_own(call).showing(relationshipStatus="Removed", updatedAt=call.now))
    return {}


def update_member_session(call: Call) -> Answer:
    """Suspend or resume Macie for a member, as far as the association shows it."""
    status = {"PAUSED": "Paused", "ENABLED": "Enabled"}[call.asked["status"]]
    call.store.put(_own(call).showing(relationshipStatus=status, updatedAt=call.now))
    return {}


def get_administrator_account(call: Call) -> Answer:
    """Show the account that administers this one, if any."""
    found = _administrator(call)
    return {"administrator": _relation(found)} if found else {}


def get_master_account(call: Call) -> Answer:
    """Show the account that administers this one, under the old name of the operation."""
    found = _administrator(call)
    return {"master": _relation(found)} if found else {}


def disassociate_from_administrator_account(call: Call) -> Answer:
    """Leave the account that administers this one."""
    found = _administrator(call)
    if found is None:
        raise no_such_resource(call.account)
    call.store.put(found.showing(relationshipStatus="Resigned", updatedAt=call.now))
    return {}


def disassociate_from_master_account(call: Call) -> Answer:
    """Leave the account that administers this one, under the old name of the operation."""
    return disassociate_from_administrator_account(call)


def member_record(call: Call, administrator: str, account: str, status: str) -> Record:
    """Return a new association of an account with the one that administers it."""
    body: dict[str, Any] = {
        "id": account,
        "accountId": account,
        "administratorAccountId": administrator,
        "masterAccountId": administrator,
        "arn": arn(call, "member", account).replace(call.account, administrator, 1),
        "email": f"{account}@example.com",
        "relationshipStatus": status,
        "updatedAt": call.now,
    }
    return Record(MEMBER, f"{administrator}/{account}", administrator, body, parent=account)


def administers(call: Call, account: str) -> bool:
    """Return whether the caller may see the buckets of *account*, which is its own or that of a member."""
    if account == call.account:
        return True
    found = call.store.get(MEMBER, f"{call.account}/{account}")
    return found is not None and found.body["relationshipStatus"] == "Enabled"


def _own(call: Call) -> Record:
    found = call.store.get(MEMBER, f"{call.account}/{call.asked['id']}")
    if found is None:
        raise no_such_resource(call.asked["id"])
    return found


def _administrator(call: Call) -> Record | None:
    held = call.store.of(MEMBER, parent=call.account)
    return next((each for each in held if each.body["relationshipStatus"] == "Enabled"), None)


def _relation(member: Record) -> dict[str, Any]:
    return {
        "accountId": member.body["administratorAccountId"],
        "relationshipStatus": member.body["relationshipStatus"],
        "invitedAt": member.body.get("invitedAt"),
    }
