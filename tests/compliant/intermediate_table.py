"""A compliant intermediate table."""

from __future__ import annotations

from typing import Any

from tests.compliant.ids import ID, IN_MEMBERSHIP, KMS_KEY_ARN, without

OPERATION = "create_intermediate_table"
REQUEST: dict[str, Any] = {
    "membershipIdentifier": ID,
    "name": "mailed_households",
    "description": "Households that were mailed",
    "populationAnalysisConfiguration": {"sqlParameters": {"queryString": "SELECT household_id FROM campaigns"}},
    "kmsKeyArn": KMS_KEY_ARN,
    "retentionInDays": 30,
    "tags": {"team": "privacy"},
}
RESPONSE: dict[str, Any] = {
    **without(REQUEST, "membershipIdentifier", "tags"),
    **IN_MEMBERSHIP,
    "childResources": [],
    "status": "POPULATE_SUCCESS",
    "statusReason": "",
    "tableDependencies": [],
    "intermediateTableVersion": {
        "versionId": ID,
        "analysisId": ID,
        "analysisType": "QUERY",
        "inheritedConstraints": {},
    },
    "analysisRuleTypes": ["CUSTOM"],
    "schema": {"columns": [{"name": "household_id", "type": "string"}]},
}
