"""Compliant rules of configured tables, one of each kind."""

from __future__ import annotations

from typing import Any

from tests.compliant.ids import AUDIENCE_ANALYSIS_ARN, ID, NOW, OTHER_ACCOUNT, TABLE_ARN, TEMPLATE_ARN, without

OPERATION = "create_configured_table_analysis_rule"
AGGREGATION: dict[str, Any] = {
    "aggregateColumns": [{"columnNames": ["household_id"], "function": "COUNT_DISTINCT"}],
    "joinColumns": ["household_id"],
    "joinRequired": "QUERY_RUNNER",
    "allowedJoinOperators": ["AND"],
    "dimensionColumns": ["week"],
    "scalarFunctions": ["TRUNC", "CAST"],
    "outputConstraints": [{"columnName": "household_id", "minimum": 25, "type": "COUNT_DISTINCT"}],
    "additionalAnalyses": "NOT_ALLOWED",
}
LIST: dict[str, Any] = {
    "joinColumns": ["household_id"],
    "allowedJoinOperators": ["OR"],
    "listColumns": ["week"],
    "additionalAnalyses": "ALLOWED",
}
CUSTOM: dict[str, Any] = {
    "allowedAnalyses": [TEMPLATE_ARN],
    "allowedAnalysisProviders": [],
    "additionalAnalyses": "NOT_ALLOWED",
    "disallowedOutputColumns": ["household_id"],
    "aggregationThresholds": [
        {
            "identityColumns": ["household_id"],
            "minimumIdentityCount": 50,
            "type": "COUNT_DISTINCT",
            "outputColumnThresholds": [{"outputColumnName": "week", "minimumIdentityCount": 0}],
            "allowedAggregateExpressionType": "COLUMNS_ONLY",
        }
    ],
    "comparisonControls": {
        "allowedLiteralComparisonColumns": ["week"],
        "allowedColumnComparisonColumns": ["household_id"],
    },
    "allowedResultReceivers": [OTHER_ACCOUNT],
    "allowedAdditionalAnalyses": [AUDIENCE_ANALYSIS_ARN],
}
PRIVATE: dict[str, Any] = {
    "allowedAnalyses": ["ANY_QUERY", "ANY_JOB"],
    "allowedAnalysisProviders": [OTHER_ACCOUNT],
    "differentialPrivacy": {"columns": [{"name": "household_id"}]},
}
RULES = {"AGGREGATION": AGGREGATION, "LIST": LIST, "CUSTOM": CUSTOM}
REQUEST: dict[str, Any] = {
    "configuredTableIdentifier": ID,
    "analysisRuleType": "AGGREGATION",
    "analysisRulePolicy": {"v1": {"aggregation": AGGREGATION}},
}
RESPONSE: dict[str, Any] = {
    "configuredTableId": ID,
    "configuredTableArn": TABLE_ARN,
    "policy": REQUEST["analysisRulePolicy"],
    "type": REQUEST["analysisRuleType"],
    "createTime": NOW,
    "updateTime": NOW,
}
LIST_REQUEST: dict[str, Any] = without(REQUEST) | {
    "analysisRuleType": "LIST",
    "analysisRulePolicy": {"v1": {"list": LIST}},
}
CUSTOM_REQUEST: dict[str, Any] = without(REQUEST) | {
    "analysisRuleType": "CUSTOM",
    "analysisRulePolicy": {"v1": {"custom": CUSTOM}},
}
PRIVATE_REQUEST: dict[str, Any] = CUSTOM_REQUEST | {"analysisRulePolicy": {"v1": {"custom": PRIVATE}}}
