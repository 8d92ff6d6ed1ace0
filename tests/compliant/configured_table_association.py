"""A compliant association."""

from __future__ import annotations

from typing import Any

from tests.compliant.ids import ACCOUNT, ID, IN_MEMBERSHIP, OTHER_ID, ROLE_ARN, TABLE_ARN, without

OPERATION = "create_configured_table_association"
REQUEST: dict[str, Any] = {
    "membershipIdentifier": ID,
    "configuredTableIdentifier": OTHER_ID,
    "name": "transactions",
    "description": "One row a product bought",
    "roleArn": ROLE_ARN,
    "tags": {"team": "privacy"},
}
RESPONSE: dict[str, Any] = {
    **without(REQUEST, "membershipIdentifier", "configuredTableIdentifier", "tags"),
    **without(IN_MEMBERSHIP, "collaborationId", "collaborationArn"),
    "configuredTableId": OTHER_ID,
    "configuredTableArn": TABLE_ARN,
    "analysisRuleTypes": ["AGGREGATION"],
    "childResources": [{"resourceType": "INTERMEDIATE_TABLE", "resourceName": "mailed", "ownerAccountId": ACCOUNT}],
}
