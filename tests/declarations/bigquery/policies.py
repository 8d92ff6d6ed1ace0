"""Policies for tests, one of each kind; a test breaks exactly one field."""

from __future__ import annotations

from typing import Any

from declarations.bigquery.privacy_policy import PrivacyPolicy

THRESHOLD = {"threshold": 3, "privacy_unit_column": "last_name"}
PRIVATE = {
    "privacy_unit_column": "last_name",
    "max_epsilon_per_query": 10.0,
    "epsilon_budget": 25.6,
    "delta_per_query": 0.01,
    "delta_budget": 0.1,
    "max_groups_contributed": 2,
}
JOIN = {"join_condition": "JOIN_ANY", "join_allowed_columns": ["test_id", "test_score"]}


def parts(threshold: object = None, private: object = None, join: object = None) -> dict[str, Any]:
    """Return the members of a policy as its JSON has them, without absent ones."""
    named = {
        "aggregation_threshold_policy": threshold,
        "differential_privacy_policy": private,
        "join_restriction_policy": join,
    }
    return {name: part for name, part in named.items() if part is not None}


def policy(threshold: object = None, private: object = None, join: object = None) -> PrivacyPolicy:
    """Return the policy of those parts."""
    return PrivacyPolicy.model_validate(parts(threshold, private, join))


def policy_to_rest(policy: PrivacyPolicy) -> dict[str, Any]:
    """Return *policy* as BigQuery shows it: the member `privacyPolicy` of a view's resource."""
    resource = policy.model_dump(mode="json", by_alias=True, exclude_none=True)
    for part in resource.values():
        part |= {name: str(part[name]) for name in ("threshold", "maxGroupsContributed") if name in part}
    if threshold := resource.get("aggregationThresholdPolicy"):
        threshold["privacyUnitColumns"] = [threshold.pop("privacyUnitColumn")]
    return resource
