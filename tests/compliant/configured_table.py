"""A compliant configured table."""

from __future__ import annotations

from typing import Any

from tests.compliant.ids import MADE, without

OPERATION = "create_configured_table"
REQUEST: dict[str, Any] = {
    "name": "transactions",
    "description": "One row a product bought",
    "tableReference": {"glue": {"region": "us-east-1", "databaseName": "sales", "tableName": "transactions"}},
    "allowedColumns": ["household_id", "week", "sales_value"],
    "analysisMethod": "MULTIPLE",
    "selectedAnalysisMethods": ["DIRECT_QUERY", "DIRECT_JOB"],
    "tags": {"team": "privacy"},
}
RESPONSE: dict[str, Any] = {
    **without(REQUEST, "tags"),
    **MADE,
    "tableType": "GLUE",
    "analysisRuleTypes": ["AGGREGATION"],
}
SHARING = "https://dbc.cloud.databricks.com/api/2.0/delta-sharing"
ID = "00000000-0000-4000-8000-000000000001"
TABLE_REFERENCES: dict[str, dict[str, Any]] = {
    "glue": {"databaseName": "sales", "tableName": "transactions"},
    "athena": {
        "region": "us-east-1",
        "workGroup": "primary",
        "outputLocation": "s3://athena-results/x",
        "databaseName": "sales",
        "tableName": "transactions",
        "catalogName": "AwsDataCatalog",
    },
    "snowflake": {
        "secretArn": "arn:aws:secretsmanager:us-east-1:111111111111:secret:snowflake",
        "accountIdentifier": "org-account",
        "databaseName": "SALES",
        "schemaName": "PUBLIC",
        "tableName": "TRANSACTIONS",
        "tableSchema": {
            "v1": [
                {"columnName": "household_id", "columnType": "string"},
                {"columnName": "week", "columnType": "int"},
            ]
        },
    },
    "databricks": {
        "schemaName": "sales",
        "tableName": "transactions",
        "workspaceUrl": "https://dbc.cloud.databricks.com",
        "connectionType": {
            "deltaSharing": {
                "deltaShareEndpoint": f"{SHARING}/metastores/{ID}/recipients/{ID}",
                "shareName": "sales",
            }
        },
    },
}
