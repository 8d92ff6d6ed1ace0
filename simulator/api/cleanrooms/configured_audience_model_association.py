"""Configured audience models in a collaboration: whom the provider lets generate look-alike audiences.

Source: API CreateConfiguredAudienceModelAssociation and its kin.
"""

from __future__ import annotations

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.lookup import active_membership, child, own_membership, shared, shared_one
from simulator.api.cleanrooms.making import changed, checked, membership_record
from simulator.api.errors import conflict
from simulator.api.store import Record

KIND = "configured_audience_model_association"
"""The kind under which associations are kept."""


def create_configured_audience_model_association(call: Call) -> Answer:
    """Bring a configured audience model into a collaboration."""
    checked("create_configured_audience_model_association", call.asked)
    membership = active_membership(call)
    name, arn = call.asked["configuredAudienceModelAssociationName"], call.asked["configuredAudienceModelArn"]
    for other in call.store.of(KIND, parent=membership.id):
        if name == other.body["name"] or arn == other.body["configuredAudienceModelArn"]:
            message = f"membership {membership.id} already has an association of that name or model: {other.id}"
            raise conflict(message, "ALREADY_EXISTS", other.id)
    body = {"name": name, **call.chosen("configuredAudienceModelArn", "manageResourcePolicies", "description")}
    made = call.store.put(membership_record(call, KIND, membership, body))
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
    return {"configuredAudienceModelAssociation": changed(call, _own(call), "name", "description").body}


def delete_configured_audience_model_association(call: Call) -> Answer:
    """Take the model out of the collaboration."""
    call.store.remove(_own(call))
    return {}


def get_collaboration_configured_audience_model_association(call: Call) -> Answer:
    """Show an association to any member."""
    found = shared_one(call, KIND, "configuredAudienceModelAssociationIdentifier")
    return {"collaborationConfiguredAudienceModelAssociation": found.body}


def list_collaboration_configured_audience_model_associations(call: Call) -> Answer:
    """List the associations of all members."""
    listed = [each.body for each in shared(call, KIND)]
    return {"collaborationConfiguredAudienceModelAssociationSummaries": listed}


def _own(call: Call) -> Record:
    return child(call, KIND, "configuredAudienceModelAssociationIdentifier")
