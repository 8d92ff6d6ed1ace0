"""The analysis rule of an intermediate table.

Source: API CreateIntermediateTableAnalysisRule, UpdateIntermediateTableAnalysisRule,
DeleteIntermediateTableAnalysisRule.
"""

from __future__ import annotations

from components.resources.resource_type import Operation, ResourceType
from components.resources.rule_lists import CUSTOM_LISTS, prefixed

INTERMEDIATE_TABLE_ANALYSIS_RULE = ResourceType(
    name="IntermediateTableAnalysisRule",
    service="cleanrooms",
    summary="The one analysis rule of an intermediate table, always a custom rule. "
    "It is never looser than what the table inherited from the tables that it was made from.",
    create=Operation("CreateIntermediateTableAnalysisRule", answer="analysisRule"),
    read=Operation("GetIntermediateTableAnalysisRule", answer="analysisRule"),
    updates=(Operation("UpdateIntermediateTableAnalysisRule", answer="analysisRule"),),
    delete=Operation("DeleteIntermediateTableAnalysisRule"),
    identity=("membershipIdentifier", "intermediateTableIdentifier", "analysisRuleType"),
    replaces=frozenset({"analysisRuleType", "intermediateTableIdentifier", "membershipIdentifier"}),
    arn=None,
    unordered=prefixed("analysisRulePolicy.v1.custom", CUSTOM_LISTS),
    one_at_a_time=True,
)
