"""A compliant collaboration analysis rule of an association."""

from __future__ import annotations

from typing import Any

from tests.compliant.ids import ASSOCIATION_ARN, AUDIENCE_ANALYSIS_ARN, ID, NOW, OTHER_ACCOUNT, OTHER_ID

OPERATION = "create_configured_table_association_analysis_rule"
REQUEST: dict[str, Any] = {
    "membershipIdentifier": ID,
    "configuredTableAssociationIdentifier": OTHER_ID,
    "analysisRuleType": "LIST",
    "analysisRulePolicy": {
        "v1": {
            "list": {
                "allowedResultReceivers": [OTHER_ACCOUNT],
                "allowedAdditionalAnalyses": [AUDIENCE_ANALYSIS_ARN],
            }
        }
    },
}
RESPONSE: dict[str, Any] = {
    "membershipIdentifier": ID,
    "configuredTableAssociationId": OTHER_ID,
    "configuredTableAssociationArn": ASSOCIATION_ARN,
    "policy": REQUEST["analysisRulePolicy"],
    "type": REQUEST["analysisRuleType"],
    "createTime": NOW,
    "updateTime": NOW,
}
