"""The analysis rule of an association.

Source: API CreateConfiguredTableAssociationAnalysisRule, UpdateConfiguredTableAssociationAnalysisRule,
DeleteConfiguredTableAssociationAnalysisRule.
"""

from __future__ import annotations

from components.resources.resource_type import Operation, ResourceType
from components.resources.rule_lists import ASSOCIATION_LISTS, prefixed

CONFIGURED_TABLE_ASSOCIATION_ANALYSIS_RULE = ResourceType(
    name="ConfiguredTableAssociationAnalysisRule",
    service="cleanrooms",
    summary="The one analysis rule of an association: who may receive results, and what else may use them. "
    "It has the type of the table's own rule.",
    create=Operation("CreateConfiguredTableAssociationAnalysisRule", answer="analysisRule"),
    read=Operation("GetConfiguredTableAssociationAnalysisRule", answer="analysisRule"),
    updates=(Operation("UpdateConfiguredTableAssociationAnalysisRule", answer="analysisRule"),),
    delete=Operation("DeleteConfiguredTableAssociationAnalysisRule"),
    identity=("membershipIdentifier", "configuredTableAssociationIdentifier", "analysisRuleType"),
    replaces=frozenset({"analysisRuleType", "configuredTableAssociationIdentifier", "membershipIdentifier"}),
    answers={
        "configuredTableAssociationId": "configuredTableAssociationIdentifier",
        "policy": "analysisRulePolicy",
        "type": "analysisRuleType",
    },
    arn=None,
    unordered={
        **prefixed("analysisRulePolicy.v1.aggregation", ASSOCIATION_LISTS),
        **prefixed("analysisRulePolicy.v1.list", ASSOCIATION_LISTS),
        **prefixed("analysisRulePolicy.v1.custom", ASSOCIATION_LISTS),
    },
    one_at_a_time=True,
)
