"""The association of a configured audience model with a collaboration.

Source: API CreateConfiguredAudienceModelAssociation, UpdateConfiguredAudienceModelAssociation,
DeleteConfiguredAudienceModelAssociation.
"""

from __future__ import annotations

from components.resources.resource_type import Operation, ResourceType

CONFIGURED_AUDIENCE_MODEL_ASSOCIATION = ResourceType(
    name="ConfiguredAudienceModelAssociation",
    service="cleanrooms",
    summary="A configured audience model shared in a collaboration, so that members can make lookalike segments.",
    create=Operation("CreateConfiguredAudienceModelAssociation", answer="configuredAudienceModelAssociation"),
    read=Operation("GetConfiguredAudienceModelAssociation", answer="configuredAudienceModelAssociation"),
    updates=(
        Operation(
            "UpdateConfiguredAudienceModelAssociation",
            answer="configuredAudienceModelAssociation",
            sends={"configuredAudienceModelAssociationName": "name"},
        ),
    ),
    delete=Operation("DeleteConfiguredAudienceModelAssociation"),
    identity=("membershipIdentifier", "configuredAudienceModelAssociationIdentifier"),
    replaces=frozenset({"configuredAudienceModelArn", "manageResourcePolicies", "membershipIdentifier"}),
    answers={
        "id": "configuredAudienceModelAssociationIdentifier",
        "membershipId": "membershipIdentifier",
        "name": "configuredAudienceModelAssociationName",
    },
    defaults={"description": ""},
    one_at_a_time=True,
)
