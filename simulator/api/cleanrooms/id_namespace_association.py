"""ID namespaces of AWS Entity Resolution in a collaboration.

Entity Resolution itself is not emulated: a namespace whose name contains `target` is a target, any other a source.

Source: API CreateIdNamespaceAssociation and its kin.
"""

from __future__ import annotations

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.lookup import active_membership, child, own_membership, shared, shared_one
from simulator.api.cleanrooms.records import checked, membership_record, update_record
from simulator.api.errors import conflict
from simulator.api.store import Record

KIND = "id_namespace_association"
"""The kind under which associations are kept."""

NOT_EMULATED = "Entity Resolution is not emulated: the side is taken from the name of the namespace"
"""Limitations, shown in `IMPLEMENTATION_COVERAGE.md`."""


def create_id_namespace_association(call: Call) -> Answer:
    """Associate a namespace with a collaboration."""
    checked("create_id_namespace_association", call.asked)
    membership = active_membership(call)
    for other in call.store.of(KIND, parent=membership.id):
        if other.body["name"] == call.asked["name"]:
            message = (
                f"an ID namespace association named {other.body['name']!r} already exists in membership {membership.id}"
            )
            raise conflict(message, "ALREADY_EXISTS", other.id)
    namespace = call.asked["inputReferenceConfig"]["inputReferenceArn"].rpartition("/")[2]
    body = {
        **call.chosen("name", "description", "inputReferenceConfig"),
        "inputReferenceProperties": {
            "idNamespaceType": "TARGET" if "target" in namespace.lower() else "SOURCE",
            "idMappingWorkflowsSupported": [],
        },
        "idMappingConfig": call.asked.get("idMappingConfig", {"allowUseAsDimensionColumn": False}),
    }
    return {"idNamespaceAssociation": call.store.put(membership_record(call, KIND, membership, body)).body}


def get_id_namespace_association(call: Call) -> Answer:
    """Show an association to its owner."""
    return {"idNamespaceAssociation": _own(call).body}


def list_id_namespace_associations(call: Call) -> Answer:
    """List the associations of a membership."""
    own = call.store.of(KIND, parent=own_membership(call).id)
    return {"idNamespaceAssociationSummaries": [each.body for each in own]}


def update_id_namespace_association(call: Call) -> Answer:
    """Change the name, the description, or whether the ids are protected."""
    return {"idNamespaceAssociation": update_record(call, _own(call), "name", "description", "idMappingConfig").body}


def delete_id_namespace_association(call: Call) -> Answer:
    """Remove the namespace from the collaboration."""
    call.store.remove(_own(call))
    return {}


def get_collaboration_id_namespace_association(call: Call) -> Answer:
    """Show an association to any member."""
    return {"collaborationIdNamespaceAssociation": shared_one(call, KIND, "idNamespaceAssociationIdentifier").body}


def list_collaboration_id_namespace_associations(call: Call) -> Answer:
    """List the associations of all members."""
    return {"collaborationIdNamespaceAssociationSummaries": [each.body for each in shared(call, KIND)]}


def _own(call: Call) -> Record:
    return child(call, KIND, "idNamespaceAssociationIdentifier")
