"""The association of an ID namespace of AWS Entity Resolution with a collaboration.

Source: API CreateIdNamespaceAssociation, UpdateIdNamespaceAssociation, DeleteIdNamespaceAssociation.
"""

from __future__ import annotations

from components.resources.resource_type import Operation, ResourceType

ID_NAMESPACE_ASSOCIATION = ResourceType(
    name="IdNamespaceAssociation",
    service="cleanrooms",
    summary="An ID namespace of AWS Entity Resolution in a collaboration. "
    "It is the source or the target of ID mapping tables.",
    create=Operation("CreateIdNamespaceAssociation", answer="idNamespaceAssociation"),
    read=Operation("GetIdNamespaceAssociation", answer="idNamespaceAssociation"),
    updates=(Operation("UpdateIdNamespaceAssociation", answer="idNamespaceAssociation"),),
    delete=Operation("DeleteIdNamespaceAssociation"),
    identity=("membershipIdentifier", "idNamespaceAssociationIdentifier"),
    replaces=frozenset({"inputReferenceConfig", "membershipIdentifier"}),
    answers={"id": "idNamespaceAssociationIdentifier", "membershipId": "membershipIdentifier"},
    defaults={"description": "", "idMappingConfig": {"allowUseAsDimensionColumn": False}},
    one_at_a_time=True,
)
