"""Resource policies allow what they surely allow, and nothing else."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from simulator.api.model_policies import GENERATE, Access, PolicyError, allows, statements
from tests.simulator.api.accounts import BRAND, RETAILER, STRANGER

MODEL = f"arn:aws:cleanrooms-ml:us-east-1:{RETAILER}:configured-audience-model/m"
ROOM = "00000000-0000-4000-8000-000000000000"
ACCESS = Access(BRAND, GENERATE, MODEL, ROOM)
GRANT: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"AWS": [BRAND]},
    "Action": [GENERATE],
    "Resource": [MODEL],
    "Condition": {"StringEquals": {"cleanrooms-ml:CollaborationId": ROOM}},
}


def policy(*stated: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": stated})


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in GRANT.items() if key != name}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"Principal": "*"},
        {"Principal": {"AWS": "*"}},
        {"Principal": {"AWS": f"arn:aws:iam::{BRAND}:root"}},
        {"Action": "cleanrooms-ml:*"},
        {"Action": "CLEANROOMS-ML:startaudience*"},
        {"Resource": "*"},
        {"Resource": MODEL[:-1] + "?"},
        {"Condition": {}},
        {"Condition": {"StringLike": {"cleanrooms-ml:collaborationid": ["x", "0000*"]}}},
    ],
)
def test_allowed(change: dict[str, Any]) -> None:
    assert allows(policy(GRANT | change), ACCESS)


@pytest.mark.parametrize(
    "change",
    [
        {"Principal": {"AWS": [STRANGER]}},
        {"Principal": {"AWS": f"arn:aws:iam::{BRAND}:role/analyst"}},
        {"Principal": {"Service": "cleanrooms-ml.amazonaws.com"}},
        {"Principal": {"AWS": BRAND[:-1]}},
        {"Action": "cleanrooms-ml:GetConfiguredAudienceModel"},
        {"Action": 7},
        {"Resource": MODEL + "x"},
        {"Resource": "[a-z]*"},
        {"Condition": {"StringEquals": {"cleanrooms-ml:CollaborationId": STRANGER}}},
        {"Condition": {"StringEquals": {"aws:PrincipalOrgID": ROOM}}},
        {"Condition": {"StringNotEquals": {"cleanrooms-ml:CollaborationId": "x"}}},
        {"Condition": {"StringLike": {"cleanrooms-ml:CollaborationId": "1*"}}},
        {"Condition": {"StringEquals": ROOM}},
        {"Condition": "always"},
    ],
)
def test_not_allowed(change: dict[str, Any]) -> None:
    assert not allows(policy(GRANT | change), ACCESS)


def test_condition_needs_a_collaboration() -> None:
    assert not allows(policy(GRANT), Access(BRAND, GENERATE, MODEL, None))


@pytest.mark.parametrize("element", ["Principal", "Action", "Resource"])
def test_negations_never_allow_and_always_deny(element: str) -> None:
    negated = without(element) | {f"Not{element}": "nothing"}
    assert not allows(policy(negated), ACCESS)
    assert not allows(policy(GRANT, negated | {"Effect": "Deny"}), ACCESS)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, False),
        ({"Condition": {"Bool": {"aws:SecureTransport": "false"}}}, False),
        ({"Principal": {"AWS": f"arn:aws:iam::{BRAND}:role/analyst"}}, False),
        ({"Principal": {"AWS": STRANGER}}, True),
        ({"Action": "s3:*"}, True),
        ({"Resource": "arn:*:other"}, True),
    ],
)
def test_deny_wins(change: dict[str, Any], *, expected: bool) -> None:
    assert allows(policy(GRANT, GRANT | {"Effect": "Deny"} | change), ACCESS) is expected


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "null",
        "{}",
        "[" * 5000,
        policy(),
        policy(GRANT | {"Effect": "Maybe"}),
        policy(without("Resource")),
        policy(GRANT | {"NotAction": "x"}),
        '{"Statement": ["x"]}',
    ],
)
def test_no_policy(text: str) -> None:
    with pytest.raises(PolicyError):
        statements(text)


def test_hostile_wildcards_take_no_time() -> None:
    begun = time.thread_time()
    assert not allows(policy(GRANT | {"Resource": "*a" * 5000 + "!"}), ACCESS)
    assert time.thread_time() - begun < 1
