"""Configured audience models in a collaboration: who may generate look-alike audiences with them.

With `manageResourcePolicies`, the association edits the resource policy of the model: the other members may generate
audiences in this collaboration until the association is deleted. Without it, the owner writes the policy.

Source: API CreateConfiguredAudienceModelAssociation and its kin; userguide/ml-behaviors.
"""

from __future__ import annotations

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.lookup import active_membership, child, own_membership, shared, shared_one
from simulator.api.cleanrooms.records import check_quota, checked, membership_record, update_record
from simulator.api.errors import conflict, denied, not_found
from simulator.api.model_policies import grant, revoke
from simulator.api.store import Record

KIND = "configured_audience_model_association"
"""The kind under which associations are kept."""

_MODEL = "configured_audience_model"


def create_configured_audience_model_association(call: Call) -> Answer:
    """Associate a configured audience model with a collaboration."""
    checked("create_configured_audience_model_association", call.asked)
    membership = active_membership(call)
    model = _model(call)
    check_quota("configured_audience_model_associations", len(call.store.of(KIND, parent=membership.id)) + 1)
    name, arn = call.asked["configuredAudienceModelAssociationName"], call.asked["configuredAudienceModelArn"]
    for other in call.store.of(KIND, parent=membership.id):
        if name == other.body["name"] or arn == other.body["configuredAudienceModelArn"]:
            message = f"membership {membership.id} already has an association of that name or model: {other.id}"
            raise conflict(message, "ALREADY_EXISTS", other.id)
    body = {"name": name, **call.chosen("configuredAudienceModelArn", "manageResourcePolicies", "description")}
    made = call.store.put(membership_record(call, KIND, membership, body))
    if made.body["manageResourcePolicies"]:
        members = call.store.of("member", parent=membership.parent)
        others = [each.account for each in members if each.account != call.account and _takes_part(each)]
        grant(call, model, made.id, membership.parent, others)
    return {"configuredAudienceModelAssociation": made.body}


def get_configured_audience_model_association(call: Call) -> Answer:
    """Show an association to its owner."""
    return {"configuredAudienceModelAssociation": _own(call).body}


def list_configured_audience_model_associations(call: Call) -> Answer:
    """List the associations of a membership."""
    own = call.store.of(KIND, parent=own_membership(call).id)
    return {"configuredAudienceModelAssociationSummaries": [each.body for each in own]}


def update_configured_audience_model_association(call: Call) -> Answer:
    """Change the name or the description."""
    return {"configuredAudienceModelAssociation": update_record(call, _own(call), "name", "description").body}


def delete_configured_audience_model_association(call: Call) -> Answer:
    """Remove the model from the collaboration."""
    gone = _own(call)
    model = call.store.get(_MODEL, gone.body["configuredAudienceModelArn"])
    if model is not None and gone.body["manageResourcePolicies"]:
        revoke(call, model, gone.id)
    call.store.remove(gone)
    return {}


def get_collaboration_configured_audience_model_association(call: Call) -> Answer:
    """Show an association to any member."""
    found = shared_one(call, KIND, "configuredAudienceModelAssociationIdentifier")
    return {"collaborationConfiguredAudienceModelAssociation": found.body}


def list_collaboration_configured_audience_model_associations(call: Call) -> Answer:
    """List the associations of all members."""
    listed = [each.body for each in shared(call, KIND)]
    return {"collaborationConfiguredAudienceModelAssociationSummaries": listed}


def _model(call: Call) -> Record:
    """Return the caller's model that is to be associated; an existing configured audience model is always active."""
    arn = call.asked["configuredAudienceModelArn"]
    owner = arn.split(":")[4]
    if owner != call.account:
        raise denied(f"{arn} belongs to account {owner}; only its owner can associate it")
    found = call.store.get(_MODEL, arn)
    if found is None:
        raise not_found(f"configured audience model {arn} does not exist", arn, "MEMBERSHIP")
    return found


def _takes_part(member: Record) -> bool:
    return member.body["status"] in {"INVITED", "ACTIVE"}


def _own(call: Call) -> Record:
    return child(call, KIND, "configuredAudienceModelAssociationIdentifier")
