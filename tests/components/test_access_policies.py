"""The role trusts only the readers' memberships and reads only its own table."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from components.access_policies import encrypted_transport_policy, folder, reading_policy, trust_policy
from declarations.data_source import DataSource
from tests.components.conftest import Declared

OWNER, RUNNER, REGION = "111111111111", "222222222222", "us-east-1"
KEY = f"arn:aws:kms:{REGION}:{OWNER}:key/00000000-0000-4000-8000-000000000001"
SOURCE = DataSource(
    name="purchases",
    bucket="retail-purchases",
    key_prefix="purchases/",
    database_name="retail",
    table_name="purchases",
    encryption="aws:kms",
    kms_key_arn=KEY,
)


def resolved(document: dict[str, Any]) -> dict[str, Any]:
    """The document as IAM gets it."""
    found: list[str] = []
    pulumi.runtime.test(lambda: pulumi.Output.json_dumps(document).apply(found.append))()
    result: dict[str, Any] = json.loads(found[0])
    return result


def test_trust_is_limited_to_memberships_of_the_readers(declared: Declared) -> None:
    statements = resolved(trust_policy(REGION, {OWNER: "m-1", RUNNER: None}))["Statement"]
    assert [each["Principal"] for each in statements] == [{"Service": "cleanrooms.amazonaws.com"}] * 2
    assert [each["Condition"] for each in statements] == [
        {
            "ForAnyValue:ArnLike": {
                "aws:SourceArn": [
                    f"arn:aws:cleanrooms:{REGION}:{OWNER}:membership/m-1",
                    f"arn:aws:cleanrooms:{REGION}:{RUNNER}:membership/*",
                ]
            }
        },
        {"StringLike": {"sts:ExternalId": [f"arn:aws:*:{REGION}:*:dbuser:*/m-1*"]}},
    ]


def test_no_external_id_is_trusted_without_a_membership(declared: Declared) -> None:
    (statement,) = resolved(trust_policy(REGION, {OWNER: None}))["Statement"]
    assert "StringLike" not in statement["Condition"]


def test_the_role_reads_one_table() -> None:
    statements = reading_policy(SOURCE, REGION, OWNER)["Statement"]
    catalogue = f"arn:aws:glue:{REGION}:{OWNER}"
    assert statements[0]["Resource"] == [
        f"{catalogue}:catalog",
        f"{catalogue}:database/retail",
        f"{catalogue}:table/retail/purchases",
    ]
    assert {each["Action"]: each["Resource"] for each in statements[1:]} == {
        "s3:GetBucketLocation": "arn:aws:s3:::retail-purchases",
        "s3:ListBucket": "arn:aws:s3:::retail-purchases",
        "s3:GetObject": "arn:aws:s3:::retail-purchases/purchases/*",
        "kms:Decrypt": KEY,
    }
    listing = next(each for each in statements if each["Action"] == "s3:ListBucket")
    assert listing["Condition"]["StringLike"] == {"s3:prefix": "purchases/*"}


def test_a_folder_does_not_cover_another_one_whose_name_begins_alike() -> None:
    statements = reading_policy(SOURCE.model_copy(update={"key_prefix": "customers"}), REGION, OWNER)["Statement"]
    found = {each["Action"]: each for each in statements[1:]}
    assert found["s3:GetObject"]["Resource"] == "arn:aws:s3:::retail-purchases/customers/*"
    assert found["s3:ListBucket"]["Condition"]["StringLike"] == {"s3:prefix": "customers/*"}


@pytest.mark.parametrize(("prefix", "expected"), [(None, ""), ("a", "a/"), ("a/b/", "a/b/")])
def test_a_prefix_ends_at_a_slash(prefix: str | None, expected: str) -> None:
    assert folder(SOURCE.model_copy(update={"key_prefix": prefix})) == expected


def test_no_action_is_a_wildcard() -> None:
    actions = [
        action for each in reading_policy(SOURCE, REGION, OWNER)["Statement"] for action in _listed(each["Action"])
    ]
    assert all("*" not in action for action in actions)


def test_without_tls_nothing_is_allowed() -> None:
    (statement,) = encrypted_transport_policy("retail-purchases")["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Resource"] == ["arn:aws:s3:::retail-purchases", "arn:aws:s3:::retail-purchases/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
