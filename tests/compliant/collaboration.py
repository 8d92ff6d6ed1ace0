"""A compliant collaboration."""

from __future__ import annotations

from typing import Any

from tests.compliant.ids import ACCOUNT, ID, MADE, MEMBERSHIP_ARN, NOW, OTHER_ACCOUNT, without
from tests.compliant.payment import payment

OPERATION = "create_collaboration"
REQUEST: dict[str, Any] = {
    "name": "reach",
    "description": "Reach of a campaign",
    "creatorMemberAbilities": ["CAN_EXPORT_QUERY_ANALYSIS_LOG"],
    "creatorMLMemberAbilities": {"customMLMemberAbilities": ["CAN_RECEIVE_MODEL_OUTPUT"]},
    "creatorDisplayName": "Retailer",
    "creatorPaymentConfiguration": payment(pays=False),
    "members": [
        {
            "accountId": OTHER_ACCOUNT,
            "memberAbilities": ["CAN_QUERY", "CAN_RECEIVE_RESULTS", "CAN_RUN_JOB"],
            "mlMemberAbilities": {"customMLMemberAbilities": ["CAN_RECEIVE_INFERENCE_OUTPUT"]},
            "displayName": "Brand",
            "paymentConfiguration": payment(pays=True),
        }
    ],
    "queryLogStatus": "ENABLED",
    "jobLogStatus": "DISABLED",
    "dataEncryptionMetadata": {
        "allowCleartext": True,
        "allowDuplicates": True,
        "allowJoinsOnColumnsWithDifferentNames": True,
        "preserveNulls": False,
    },
    "analyticsEngine": "SPARK",
    "autoApprovedChangeRequestTypes": ["ADD_MEMBER"],
    "allowedResultRegions": ["us-east-1", "eu-west-1"],
    "isMetricsEnabled": True,
    "tags": {"team": "privacy"},
}
REQUEST_ONLY = (
    "creatorMemberAbilities",
    "creatorMLMemberAbilities",
    "creatorPaymentConfiguration",
    "members",
    "tags",
)
RESPONSE: dict[str, Any] = {
    **without(REQUEST, *REQUEST_ONLY, "autoApprovedChangeRequestTypes"),
    **MADE,
    "autoApprovedChangeTypes": ["ADD_MEMBER"],
    "creatorAccountId": ACCOUNT,
    "memberStatus": "ACTIVE",
    "membershipId": ID,
    "membershipArn": MEMBERSHIP_ARN,
}
MEMBER_SUMMARIES: list[dict[str, Any]] = [
    {
        "accountId": account,
        "status": "ACTIVE",
        "displayName": name,
        "abilities": abilities,
        "mlAbilities": {"customMLMemberAbilities": learning},
        "createTime": NOW,
        "updateTime": NOW,
        "membershipId": ID,
        "membershipArn": MEMBERSHIP_ARN,
        "paymentConfiguration": payment(pays=pays),
    }
    for account, name, abilities, learning, pays in (
        (ACCOUNT, "Retailer", ["CAN_EXPORT_QUERY_ANALYSIS_LOG"], ["CAN_RECEIVE_MODEL_OUTPUT"], False),
        (
            OTHER_ACCOUNT,
            "Brand",
            ["CAN_QUERY", "CAN_RECEIVE_RESULTS", "CAN_RUN_JOB"],
            ["CAN_RECEIVE_INFERENCE_OUTPUT"],
            True,
        ),
    )
]
