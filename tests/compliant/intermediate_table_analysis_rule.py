"""A compliant rule of an intermediate table."""

from __future__ import annotations

from typing import Any

from tests.compliant.configured_table_analysis_rule import CUSTOM
from tests.compliant.ids import ID, MEMBERSHIP_ARN, NOW, OTHER_ID, without

OPERATION = "create_intermediate_table_analysis_rule"
REQUEST: dict[str, Any] = {
    "membershipIdentifier": ID,
    "intermediateTableIdentifier": OTHER_ID,
    "analysisRuleType": "CUSTOM",
    "analysisRulePolicy": {"v1": {"custom": CUSTOM}},
}
RESPONSE: dict[str, Any] = {
    **without(REQUEST, "membershipIdentifier"),
    "intermediateTableIdentifier": OTHER_ID,
    "intermediateTableArn": f"{MEMBERSHIP_ARN}/intermediatetable/{OTHER_ID}",
    "createTime": NOW,
    "updateTime": NOW,
}
