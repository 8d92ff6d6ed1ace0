"""The ML configuration of a membership: where its owner's model outputs in the collaboration are written.

Source: API PutMLConfiguration and its kin.
"""

from __future__ import annotations

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.lookup import active_membership, own_membership
from simulator.api.cleanroomsml.records import check_role
from simulator.api.errors import not_found
from simulator.api.store import Record

KIND = "ml_configuration"
"""The kind under which configurations are kept; the id is that of the membership."""


def put_ml_configuration(call: Call) -> Answer:
    """Create or replace the configuration."""
    membership = active_membership(call)
    check_role(call, call.asked["defaultOutputLocation"]["roleArn"])
    before = call.store.get(KIND, membership.id)
    body = {
        "membershipIdentifier": membership.id,
        "defaultOutputLocation": call.asked["defaultOutputLocation"],
        "createTime": before.body["createTime"] if before else call.now,
        "updateTime": call.now,
    }
    call.store.put(Record(KIND, membership.id, call.account, body, parent=membership.id))
    return {}


def get_ml_configuration(call: Call) -> Answer:
    """Show the configuration."""
    return _held(call).body


def delete_ml_configuration(call: Call) -> Answer:
    """Delete the configuration."""
    call.store.remove(_held(call))
    return {}


def _held(call: Call) -> Record:
    membership = own_membership(call)
    found = call.store.get(KIND, membership.id)
    if found is None:
        message = f"membership {membership.id} has no ML configuration"
        raise not_found(message, membership.id, "MEMBERSHIP")
    return found
