"""The analysis rule of a configured table.

Source: API CreateConfiguredTableAnalysisRule, UpdateConfiguredTableAnalysisRule, DeleteConfiguredTableAnalysisRule.
"""

from __future__ import annotations

from components.resources.resource_type import Operation, ResourceType
from components.resources.rule_lists import CUSTOM_LISTS, prefixed

_AGGREGATION = {
    "aggregateColumns": "",
    "aggregateColumns[*].columnNames": "",
    "allowedJoinOperators": "",
    "dimensionColumns": "",
    "joinColumns": "",
    "outputConstraints": "columnName",
    "scalarFunctions": "",
}
_LIST = {"allowedJoinOperators": "", "joinColumns": "", "listColumns": ""}

CONFIGURED_TABLE_ANALYSIS_RULE = ResourceType(
    name="ConfiguredTableAnalysisRule",
    service="cleanrooms",
    summary="The one analysis rule of a configured table: what its owner allows anybody to compute from it. "
    "A custom rule may name analysis templates, and these the table's association; so it is a resource of its own.",
    create=Operation("CreateConfiguredTableAnalysisRule", answer="analysisRule"),
    read=Operation("GetConfiguredTableAnalysisRule", answer="analysisRule"),
    updates=(Operation("UpdateConfiguredTableAnalysisRule", answer="analysisRule"),),
    delete=Operation("DeleteConfiguredTableAnalysisRule"),
    identity=("configuredTableIdentifier", "analysisRuleType"),
    replaces=frozenset({"analysisRuleType", "configuredTableIdentifier"}),
    answers={
        "configuredTableId": "configuredTableIdentifier",
        "policy": "analysisRulePolicy",
        "type": "analysisRuleType",
    },
    arn=None,
    unordered={
        **prefixed("analysisRulePolicy.v1.aggregation", _AGGREGATION),
        **prefixed("analysisRulePolicy.v1.list", _LIST),
        **prefixed("analysisRulePolicy.v1.custom", CUSTOM_LISTS),
    },
    one_at_a_time=True,
)
