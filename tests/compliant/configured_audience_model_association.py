"""A compliant association of an audience model."""

from __future__ import annotations

from typing import Any

from tests.compliant.ids import ACCOUNT, ID, IN_MEMBERSHIP, without

OPERATION = "create_configured_audience_model_association"
REQUEST: dict[str, Any] = {
    "membershipIdentifier": ID,
    "configuredAudienceModelArn": f"arn:aws:cleanrooms-ml:us-east-1:{ACCOUNT}:configured-audience-model/{ID}",
    "configuredAudienceModelAssociationName": "loyal households",
    "manageResourcePolicies": True,
    "description": "Households like those that redeem coupons",
    "tags": {"team": "privacy"},
}
RESPONSE: dict[str, Any] = {
    **without(REQUEST, "membershipIdentifier", "configuredAudienceModelAssociationName", "tags"),
    **IN_MEMBERSHIP,
    "name": REQUEST["configuredAudienceModelAssociationName"],
}
