"""Values of the wire: unknown, secret, absent; and what a resource tells about its account."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations.loading.problems import FileProblem, LoadingError
from declarations.unknown import UNKNOWN
from policies.reading.resource import (
    MARK,
    OUTPUT,
    SECRET,
    UNKNOWN_TEXTS,
    Resource,
    plain,
    redacted,
    without_secrets,
)

MARKED = {MARK: SECRET}


@pytest.mark.parametrize(
    ("sent", "value", "secrets"),
    [
        ({"a": None, "b": 2.0, "c": 2.5, "d": True}, {"b": 2, "c": 2.5, "d": True}, set()),
        ([None, "[secret]"], [UNKNOWN], set()),
        ({**MARKED, "value": "hush"}, "hush", {"hush"}),
        ({**MARKED, "plaintext": '{"a": [15.0, true]}'}, {"a": [15, True]}, {"a", "15"}),
        ({**MARKED, "plaintext": "no JSON"}, UNKNOWN, set()),
        ({**MARKED, "ciphertext": "v1:abc"}, UNKNOWN, set()),
        ({MARK: OUTPUT, "value": 7.0, "dependencies": ["urn:a"]}, 7, set()),
        ({MARK: OUTPUT}, UNKNOWN, set()),
        ({MARK: OUTPUT, "value": "hush", "secret": True}, "hush", {"hush"}),
        ({MARK: "c44067f5952c0a294b673a41bacd8c17", "path": "x"}, UNKNOWN, set()),
        ({**MARKED, "value": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}, UNKNOWN, set()),
    ],
)
def test_values(sent: object, value: object, secrets: set[str]) -> None:
    found: set[str] = set()
    assert plain(sent, found) == value
    assert found == secrets


@pytest.mark.parametrize("text", sorted(UNKNOWN_TEXTS))
def test_every_unknown_is_one(text: str) -> None:
    assert plain(text, set()) is UNKNOWN


@given(st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=2))
def test_no_message_shows_a_secret_or_a_word_of_it(secret: str) -> None:
    secrets: set[str] = set()
    plain({**MARKED, "value": f"arn:aws:iam::role/{secret}"}, secrets)
    assert redacted(f"the role {secret!r} reads", frozenset(secrets)) == "the [secret] '[secret]' reads"


def test_nothing_is_taken_off_without_secrets() -> None:
    assert redacted("the role 'x'", frozenset()) == "the role 'x'"


@pytest.mark.parametrize(
    ("properties", "provider", "account"),
    [
        ({"arn": "arn:aws:cleanrooms:us-east-1:111111111111:membership/x"}, {}, "111111111111"),
        ({"arn": UNKNOWN}, {"assumeRole": '{"roleArn": "arn:aws:iam::222222222222:role/x"}'}, "222222222222"),
        ({}, {"assumeRoles": [{"roleArn": "arn:aws:iam::333333333333:role/x"}]}, "333333333333"),
        ({}, {"allowedAccountIds": '["444444444444"]'}, "444444444444"),
        ({}, {"allowedAccountIds": ["444444444444", "555555555555"]}, None),
        ({}, {"assumeRole": "no JSON"}, None),
        ({"arn": "arn:aws:s3:::bucket"}, {}, None),
    ],
)
def test_account(properties: dict[str, Any], provider: dict[str, Any], account: str | None) -> None:
    assert Resource("t", "u", "n", properties, provider=provider).account == account


def test_errors_are_told_without_secrets() -> None:
    told = FileProblem("own/policy.py", "raises ValueError at 'hush': hush", found="hush")
    [problem] = without_secrets(LoadingError([told]), frozenset({"hush"})).problems
    assert (problem.message, problem.found) == ("raises ValueError at '[secret]': [secret]", None)
