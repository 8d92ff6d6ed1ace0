"""The association of a configured table with a collaboration.

Source: API CreateConfiguredTableAssociation, UpdateConfiguredTableAssociation, DeleteConfiguredTableAssociation.
"""

from __future__ import annotations

from components.resources.access_budgets import find_access_budget, find_limited_association
from components.resources.resource_type import Operation, ResourceType

CONFIGURED_TABLE_ASSOCIATION = ResourceType(
    name="ConfiguredTableAssociation",
    service="cleanrooms",
    summary="A configured table in a collaboration, with its name in SQL and the role that reads it.",
    create=Operation("CreateConfiguredTableAssociation", answer="configuredTableAssociation"),
    read=Operation("GetConfiguredTableAssociation", answer="configuredTableAssociation"),
    updates=(Operation("UpdateConfiguredTableAssociation", answer="configuredTableAssociation"),),
    delete=Operation("DeleteConfiguredTableAssociation"),
    identity=("membershipIdentifier", "configuredTableAssociationIdentifier"),
    replaces=frozenset({"configuredTableIdentifier", "membershipIdentifier", "name"}),
    answers={
        "configuredTableId": "configuredTableIdentifier",
        "id": "configuredTableAssociationIdentifier",
        "membershipId": "membershipIdentifier",
    },
    defaults={"description": ""},
    not_offered={
        "analysisRuleTypes": "the association's ConfiguredTableAssociationAnalysisRule has it",
        "childResources": "they are the intermediate tables of others",
    },
    one_at_a_time=True,
    find_limit=find_access_budget,
    find_limited_twin=find_limited_association,
)
