"""Every value that differs between two policies is told, and only those."""

from __future__ import annotations

import pytest

from declarations.bigquery.policy_differences import policy_differences
from declarations.bigquery.privacy_policy import PrivacyPolicy
from tests.declarations.bigquery.policies import JOIN, PRIVATE, THRESHOLD, policy

AGG, DP, BOTH = policy(threshold=THRESHOLD), policy(private=PRIVATE), policy(threshold=THRESHOLD, join=JOIN)


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (None, None, []),
        (AGG, AGG, []),
        (
            None,
            AGG,
            [
                "aggregation_threshold_policy.threshold: 3",
                "aggregation_threshold_policy.privacy_unit_column: last_name",
            ],
        ),
        (
            AGG,
            policy(threshold={**THRESHOLD, "threshold": 50}),
            ["aggregation_threshold_policy.threshold: 3 becomes 50"],
        ),
        (
            BOTH,
            AGG,
            [
                "join_restriction_policy.join_condition: JOIN_ANY is taken off",
                "join_restriction_policy.join_allowed_columns: [test_id, test_score] is taken off",
            ],
        ),
        (
            DP,
            policy(private={**PRIVATE, "epsilon_budget": 30, "max_groups_contributed": None}),
            [
                "differential_privacy_policy.epsilon_budget: 25.6 becomes 30",
                "differential_privacy_policy.max_groups_contributed: 2 is taken off",
            ],
        ),
    ],
)
def test_differences(old: PrivacyPolicy | None, new: PrivacyPolicy | None, lines: list[str]) -> None:
    assert list(policy_differences(old, new)) == lines
