"""Identifiers, ARNs and times as the service makes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

ID = "00000000-0000-4000-8000-000000000001"
OTHER_ID = "00000000-0000-4000-8000-000000000002"
ACCOUNT, OTHER_ACCOUNT = "111111111111", "222222222222"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
COLLABORATION_ARN = f"arn:aws:cleanrooms:us-east-1:{ACCOUNT}:collaboration/{ID}"
MEMBERSHIP_ARN = f"arn:aws:cleanrooms:us-east-1:{ACCOUNT}:membership/{ID}"
TEMPLATE_ARN = f"{MEMBERSHIP_ARN}/analysistemplate/{ID}"
ASSOCIATION_ARN = f"{MEMBERSHIP_ARN}/configuredtableassociation/{ID}"
TABLE_ARN = f"arn:aws:cleanrooms:us-east-1:{ACCOUNT}:configuredtable/{ID}"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/clean-rooms"
KMS_KEY_ARN = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{ID}"
AUDIENCE_ANALYSIS_ARN = f"{MEMBERSHIP_ARN}/configuredaudiencemodelassociation/*"

MADE: dict[str, Any] = {"id": ID, "arn": MEMBERSHIP_ARN, "createTime": NOW, "updateTime": NOW}
IN_MEMBERSHIP: dict[str, Any] = MADE | {
    "membershipId": ID,
    "membershipArn": MEMBERSHIP_ARN,
    "collaborationId": ID,
    "collaborationArn": COLLABORATION_ARN,
}


def without(request: dict[str, Any], *members: str) -> dict[str, Any]:
    """Return *request* without *members*, which the response does not repeat."""
    return {name: value for name, value in request.items() if name not in members}
