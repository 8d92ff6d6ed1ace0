"""A compliant membership."""

from __future__ import annotations

from typing import Any

from tests.compliant.ids import ACCOUNT, COLLABORATION_ARN, ID, MADE, ROLE_ARN, without
from tests.compliant.payment import payment

OPERATION = "create_membership"
REQUEST: dict[str, Any] = {
    "collaborationIdentifier": ID,
    "queryLogStatus": "ENABLED",
    "jobLogStatus": "DISABLED",
    "defaultResultConfiguration": {
        "outputConfiguration": {
            "s3": {"resultFormat": "CSV", "bucket": "results", "keyPrefix": "reach/", "singleFileOutput": True}
        },
        "roleArn": ROLE_ARN,
    },
    "defaultJobResultConfiguration": {
        "outputConfiguration": {"s3": {"resultFormat": "PARQUET", "bucket": "results", "keyPrefix": "jobs/"}},
        "roleArn": ROLE_ARN,
    },
    "paymentConfiguration": payment(pays=True),
    "isMetricsEnabled": True,
    "tags": {"team": "privacy"},
}
RESPONSE: dict[str, Any] = {
    **without(REQUEST, "collaborationIdentifier", "tags"),
    **MADE,
    "collaborationId": ID,
    "collaborationArn": COLLABORATION_ARN,
    "collaborationCreatorAccountId": ACCOUNT,
    "collaborationCreatorDisplayName": "Retailer",
    "collaborationName": "reach",
    "status": "ACTIVE",
    "memberAbilities": ["CAN_QUERY"],
    "mlMemberAbilities": {"customMLMemberAbilities": []},
}
