"""A compliant change request."""

from __future__ import annotations

from typing import Any

from tests.compliant.ids import ID, NOW, OTHER_ACCOUNT
from tests.compliant.payment import payment

OPERATION = "create_collaboration_change_request"
MEMBER: dict[str, Any] = {
    "accountId": OTHER_ACCOUNT,
    "memberAbilities": ["CAN_RECEIVE_RESULTS"],
    "mlMemberAbilities": {"customMLMemberAbilities": []},
    "paymentConfiguration": payment(pays=True),
    "displayName": "Brand",
}
CHANGES: list[dict[str, Any]] = [
    {"specificationType": "MEMBER", "specification": {"member": MEMBER}},
    {
        "specificationType": "COLLABORATION",
        "specification": {"collaboration": {"autoApprovedChangeTypes": ["ADD_MEMBER"]}},
    },
]
REQUEST: dict[str, Any] = {"collaborationIdentifier": ID, "changes": CHANGES}
RESPONSE: dict[str, Any] = {
    "id": ID,
    "collaborationId": ID,
    "createTime": NOW,
    "updateTime": NOW,
    "status": "PENDING",
    "isAutoApproved": False,
    "changes": [
        {**CHANGES[0], "types": ["ADD_MEMBER"]},
        {**CHANGES[1], "types": ["EDIT_AUTO_APPROVED_CHANGE_TYPES"]},
    ],
    "approvals": {OTHER_ACCOUNT: {"status": "PENDING"}},
}
