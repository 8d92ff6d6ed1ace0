"""Privacy policies: which are valid, and their JSON and REST forms."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from declarations.bigquery.policy_text import PolicyTextError, policy_from_text, policy_to_text
from declarations.bigquery.privacy_policy import PolicyKind, PrivacyPolicy
from declarations.bigquery.rest import RemainingBudget, policy_from_rest, remaining_budget
from tests.declarations.bigquery.policies import JOIN, PRIVATE, THRESHOLD, parts, policy_to_rest


def _read(threshold: object = None, private: object = None, join: object = None) -> PrivacyPolicy:
    return policy_from_text(json.dumps(parts(threshold, private, join)))


@pytest.mark.parametrize(
    ("given_parts", "kind", "unit"),
    [
        ({"threshold": THRESHOLD}, PolicyKind.AGGREGATION_THRESHOLD, "last_name"),
        ({"threshold": THRESHOLD, "join": JOIN}, PolicyKind.AGGREGATION_THRESHOLD, "last_name"),
        ({"private": PRIVATE}, PolicyKind.DIFFERENTIAL_PRIVACY, "last_name"),
        (
            {"private": PRIVATE, "join": {"join_condition": "JOIN_BLOCKED"}},
            PolicyKind.DIFFERENTIAL_PRIVACY,
            "last_name",
        ),
        ({"join": JOIN}, PolicyKind.LIST_OVERLAP, None),
        (
            {"threshold": THRESHOLD, "join": {"join_condition": "JOIN_NOT_REQUIRED"}},
            PolicyKind.AGGREGATION_THRESHOLD,
            "last_name",
        ),
    ],
)
def test_legal_combinations(given_parts: dict[str, Any], kind: PolicyKind, unit: str | None) -> None:
    policy = _read(**given_parts)
    assert (policy.kind, policy.privacy_unit_column) == (kind, unit)
    assert policy_from_text(policy_to_text(policy)) == policy
    assert policy_from_rest(policy_to_rest(policy)) == policy


@pytest.mark.parametrize(
    ("given_parts", "message"),
    [
        ({"threshold": THRESHOLD, "private": PRIVATE}, "exclude each other"),
        ({}, "holds at least one of"),
        ({"join": {"join_condition": "JOIN_BLOCKED"}}, "JOIN_BLOCKED needs a threshold or differential privacy"),
        ({"join": {**JOIN, "join_condition": "JOIN_NOT_REQUIRED"}}, "JOIN_NOT_REQUIRED needs a threshold"),
        ({"join": {"join_condition": "JOIN_ALL"}}, "must name at least one column with JOIN_ALL"),
        ({"join": {"join_condition": "JOIN_ANY", "join_allowed_columns": []}}, "must name at least one column"),
        (
            {"threshold": THRESHOLD, "join": {**JOIN, "join_condition": "JOIN_BLOCKED"}},
            "must not be set with JOIN_BLOCKED",
        ),
        ({"join": {**JOIN, "join_condition": "JOIN_SOME"}}, "'JOIN_SOME' is not allowed in 'join_condition'"),
        ({"threshold": {**THRESHOLD, "threshold": 0}}, "threshold: found 0; it must be at least 1"),
        ({"threshold": {**THRESHOLD, "threshold": 2.5}}, "a whole number is expected"),
        ({"threshold": {"threshold": 3}}, "'privacy_unit_column' is missing"),
        ({"threshold": {**THRESHOLD, "privacy_unit_columns": "x"}}, "the key 'privacy_unit_columns' is not known here"),
        ({"private": {**PRIVATE, "epsilon_budget": 10.0}}, "epsilon_budget must be larger than max_epsilon_per_query"),
        ({"private": {**PRIVATE, "delta_budget": 0.001}}, "delta_budget must be larger than delta_per_query"),
        ({"private": {**PRIVATE, "max_epsilon_per_query": 0.0001}}, "it must be at least 0.001"),
        ({"private": {**PRIVATE, "delta_budget": 1001}}, "it must be at most 1000"),
        ({"private": {**PRIVATE, "max_groups_contributed": -1}}, "it must be at least 0"),
        ({"private": {**PRIVATE, "delta_per_query": True}}, "a number is expected"),
        ({"threshold": "3"}, "a mapping is expected"),
    ],
)
def test_refused(given_parts: dict[str, Any], message: str) -> None:
    with pytest.raises(PolicyTextError) as refused:
        _read(**given_parts)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"join_restriction_policy": {"join_condition": "JOIN_BLOCKED",}}', "a comma before a closing bracket"),
        ("{'join_restriction_policy': {}}", "names and values are in single quotes"),
        ("[]", "the policy is not a JSON object"),
        ("", "Expecting value at character 1"),
        ('{"a": 1, "a": 1}', "the key 'a' appears twice"),
        ('{"a": NaN}', "NaN is not a JSON number"),
        ("[" * 100_000, "it nests too deeply"),
    ],
)
def test_text_that_is_no_policy(text: str, problem: str) -> None:
    with pytest.raises(PolicyTextError, match=problem):
        policy_from_text(text)


def test_a_misspelled_key_is_told_with_the_right_one() -> None:
    with pytest.raises(PolicyTextError, match="did you mean 'join_restriction_policy'") as refused:
        policy_from_text('{"join_restrictions_policy": {}}')
    assert refused.value.problems


def test_the_plural_spelling_is_read() -> None:
    plural = _read(threshold={"threshold": 3, "privacy_unit_columns": "last_name"})
    assert plural == _read(threshold=THRESHOLD)


def test_rest_form() -> None:
    assert policy_to_rest(_read(threshold=THRESHOLD)) == {
        "aggregationThresholdPolicy": {"threshold": "3", "privacyUnitColumns": ["last_name"]}
    }
    private = policy_to_rest(_read(private=PRIVATE, join=JOIN))
    assert private["differentialPrivacyPolicy"]["maxGroupsContributed"] == "2"
    assert private["joinRestrictionPolicy"] == {
        "joinCondition": "JOIN_ANY",
        "joinAllowedColumns": ["test_id", "test_score"],
    }


def test_rest_form_of_a_response_has_what_is_left() -> None:
    resource = policy_to_rest(_read(private=PRIVATE))
    assert remaining_budget(resource) is None
    resource["differentialPrivacyPolicy"] |= {"epsilonBudgetRemaining": 5.6, "deltaBudgetRemaining": 0.08}
    assert remaining_budget(resource) == RemainingBudget(5.6, 0.08)
    assert policy_from_rest(resource) == _read(private=PRIVATE)


@pytest.mark.parametrize(
    "resource",
    [
        {"aggregationThresholdPolicy": {"threshold": "many", "privacyUnitColumns": ["a"]}},
        {"aggregationThresholdPolicy": {"threshold": "3", "privacyUnitColumns": ["a", "b"]}},
        {"joinRestrictionPolicy": {"joinCondition": "JOIN_CONDITION_UNSPECIFIED"}},
        {"joinRestrictionPolicy": 3},
    ],
)
def test_rest_form_that_is_no_policy(resource: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        policy_from_rest(resource)


@given(
    threshold=st.integers(1, 2**63 - 1),
    unit=st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=".`\\"), min_size=1, max_size=20),
)
def test_any_unit_and_threshold_survives_text_and_rest(threshold: int, unit: str) -> None:
    policy = _read(threshold={"threshold": threshold, "privacy_unit_column": unit})
    assert policy_from_text(policy_to_text(policy)) == policy
    assert policy_from_rest(policy_to_rest(policy)) == policy
