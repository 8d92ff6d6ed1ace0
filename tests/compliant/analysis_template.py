"""Compliant analysis templates: one in SQL, one in PySpark."""

from __future__ import annotations

from typing import Any

from tests.compliant.ids import ID, IN_MEMBERSHIP, ROLE_ARN, without

OPERATION = "create_analysis_template"
REQUEST: dict[str, Any] = {
    "membershipIdentifier": ID,
    "name": "reach",
    "description": "Reach of a campaign by week",
    "format": "SQL",
    "source": {"text": "SELECT week, COUNT(DISTINCT household_id) FROM transactions WHERE week > :first GROUP BY week"},
    "analysisParameters": [
        {"name": "first", "type": "SMALLINT", "defaultValue": "1"},
        {"name": "last", "type": "SMALLINT"},
    ],
    "schema": {"referencedTables": ["transactions"]},
    "errorMessageConfiguration": {"type": "DETAILED"},
    "syntheticDataParameters": {
        "mlSyntheticDataParameters": {
            "epsilon": 0.5,
            "maxMembershipInferenceAttackScore": 0.75,
            "columnClassification": {
                "columnMapping": [
                    {"columnName": f"c{index}", "columnType": "NUMERICAL", "isPredictiveValue": index == 1}
                    for index in range(1, 6)
                ]
            },
        }
    },
    "tags": {"team": "privacy"},
}
RESPONSE: dict[str, Any] = {
    **without(REQUEST, "membershipIdentifier", "tags"),
    **IN_MEMBERSHIP,
    "sourceMetadata": {"artifacts": {"entryPointHash": {"sha256": "0" * 64}}},
    "validations": [{"type": "DIFFERENTIAL_PRIVACY", "status": "VALID", "reasons": []}],
}
PYSPARK_REQUEST: dict[str, Any] = {
    "membershipIdentifier": ID,
    "name": "reach_job",
    "format": "PYSPARK_2_0",
    "source": {
        "artifacts": {
            "entryPoint": {"location": {"bucket": "jobs", "key": "reach.py"}},
            "additionalArtifacts": [{"location": {"bucket": "jobs", "key": "environment.tar.gz"}}],
            "roleArn": ROLE_ARN,
        }
    },
    "analysisParameters": [{"name": "first", "type": "STRING"}],
}
