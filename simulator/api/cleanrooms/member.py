"""Members of a collaboration.

Source: API ListMembers, DeleteMember.
"""

from __future__ import annotations

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.dependants import base_table_removed
from simulator.api.cleanrooms.lookup import member, own_collaboration, visible_collaboration
from simulator.api.errors import conflict, not_found

_TABLES = ("configured_table_association", "id_mapping_table", "intermediate_table")
"""The kinds of resources on which intermediate tables can depend."""


def list_members(call: Call) -> Answer:
    """List all members, with their abilities and payment responsibilities."""
    return {"memberSummaries": [each.body for each in call.store.of("member", parent=visible_collaboration(call).id)]}


def delete_member(call: Call) -> Answer:
    """Remove a member; only for the creator. The data of a removed member can no longer be used."""
    collaboration = own_collaboration(call)
    account = call.asked["accountId"]
    gone = member(call, collaboration.id, account)
    if gone is None or gone.body["status"] == "REMOVED":
        message = f"account {account} is not a member of collaboration {collaboration.id}"
        raise not_found(message, account, "COLLABORATION")
    if account == call.account:
        message = "the creator of a collaboration cannot be removed; delete the collaboration instead"
        raise conflict(message, "INVALID_STATE", collaboration.id, "COLLABORATION")
    call.store.put(gone.showing(status="REMOVED", updateTime=call.now))
    for membership in call.store.of("membership", parent=collaboration.id, account=account):
        call.store.put(membership.showing(status="REMOVED", updateTime=call.now))
        for kind in _TABLES:
            for table in call.store.of(kind, parent=membership.id):
                base_table_removed(call, table)
    return {}
