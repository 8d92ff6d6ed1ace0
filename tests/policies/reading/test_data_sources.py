"""Glue tables, buckets and roles of a stack, as far as it holds them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from declarations.base import UnknownValueError
from declarations.data_source import DataSource
from declarations.unknown import UNKNOWN, partly_known
from policies.reading.access import ROLE, allowed_by
from policies.reading.data_sources import columns_of, glue_table, reading_role, source_members
from policies.reading.resource import Resource

GLUE = "aws:glue/catalogTable:CatalogTable"
BUCKET = "aws:s3/bucketV2:BucketV2"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
KEY = "arn:aws:kms:us-east-1:111111111111:key/00000000-0000-0000-0000-000000000001"
ON = dict.fromkeys(("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True)


def made(kind: str, name: str, properties: Mapping[str, Any], **made_from: str) -> Resource:
    return Resource(kind, name, name, properties, {key: frozenset({urn}) for key, urn in made_from.items()})


def table(columns: object, **more: object) -> Resource:
    storage = {"columns": columns, "location": "s3://sales/orders/"}
    return made(GLUE, "table", {"name": "orders", "databaseName": "lake", "storageDescriptor": storage, **more})


def source(*resources: Resource) -> DataSource:
    glue = glue_table(resources, ("lake", "orders"))
    role = next((one for one in resources if one.type == ROLE), None)
    return partly_known(DataSource, source_members(glue, ("lake", "orders"), role, resources))


def test_a_classified_table_says_what_its_columns_hold() -> None:
    columns = [
        {"name": "Email", "type": "string", "parameters": {"pii": "email"}},
        {"name": "id", "type": "bigint", "parameters": {"pii": "none"}},
        {"name": "week", "type": "int"},
    ]
    found = columns_of(table(columns, partitionKeys=[{"name": "day", "type": "date"}]))
    assert isinstance(found, dict)
    assert {name: (one.type, one.pii) for name, one in found.items()} == {
        "email": ("string", "email"),
        "id": ("bigint", None),
        "week": ("int", None),
        "day": ("date", None),
    }


def test_nobody_has_classified_a_table_that_says_nothing() -> None:
    found = columns_of(table([{"name": "email", "type": "string"}, {"name": "x"}]))
    assert isinstance(found, dict)
    assert found["email"].type == "string"
    for name in found:
        with pytest.raises(UnknownValueError, match="'pii'"):
            _ = found[name].pii
    with pytest.raises(UnknownValueError, match="'type'"):
        _ = found["x"].type


def test_a_classification_that_is_no_text_is_not_known() -> None:
    found = columns_of(table([{"name": "email", "type": "string", "parameters": {"pii": 7}}]))
    assert isinstance(found, dict)
    with pytest.raises(UnknownValueError):
        _ = found["email"].pii


@pytest.mark.parametrize("columns", [UNKNOWN, [], [{"name": UNKNOWN}], ["x"]])
def test_columns_that_are_not_known(columns: object) -> None:
    assert columns_of(table(columns)) is UNKNOWN
    assert columns_of(made(GLUE, "t", {"storageDescriptor": UNKNOWN})) is UNKNOWN


def test_a_bucket_is_found_by_its_name() -> None:
    rules = [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY}}]
    bucket = made(BUCKET, "bucket", {"bucket": "sales", "tags": {"owner": "data"}})
    found = source(
        table([]),
        bucket,
        made(ENCRYPTION, "encryption", {"bucket": "sales", "rules": rules}),
        made(ACCESS, "access", {"bucket": "sales", **ON}),
    )
    assert (found.bucket, found.key_prefix, found.tags) == ("sales", "orders/", {"owner": "data"})
    assert (found.encryption, found.kms_key_arn, found.block_public_access) == ("aws:kms", KEY, True)


def test_a_bucket_without_a_name_is_found_by_what_is_made_from_it() -> None:
    unnamed = made(BUCKET, "bucket", {"bucket": UNKNOWN})
    storage = {"name": "orders", "databaseName": "lake", "storageDescriptor": {"location": UNKNOWN}}
    glue = made(GLUE, "table", storage, storageDescriptor="bucket")
    access = made(ACCESS, "access", {"bucket": UNKNOWN, **ON, "blockPublicAcls": False}, bucket="bucket")
    found = source(glue, unnamed, access)
    assert (found.encryption, found.kms_key_arn, found.block_public_access) == ("AES256", None, False)
    with pytest.raises(UnknownValueError):
        _ = found.bucket
    elsewhere = source(made(GLUE, "table", storage))
    with pytest.raises(UnknownValueError):
        _ = elsewhere.bucket


@pytest.mark.parametrize(
    ("bucket", "access"),
    [
        (None, None),
        ({"bucket": "sales"}, None),
        ({"bucket": "sales"}, {"bucket": "sales", **ON, "blockPublicAcls": UNKNOWN}),
    ],
)
def test_protection_that_nobody_states_is_not_known(
    bucket: Mapping[str, Any] | None, access: Mapping[str, Any] | None
) -> None:
    held = [made(BUCKET, "bucket", bucket)] if bucket else []
    held += [made(ACCESS, "access", access)] if access else []
    with pytest.raises(UnknownValueError):
        _ = source(table([]), *held).block_public_access


@pytest.mark.parametrize(
    ("rules", "encryption", "key"),
    [
        ([{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}], "AES256", None),
        ([{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256", "kmsMasterKeyId": ""}}], "AES256", None),
        (
            [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "alias/x"}}],
            "aws:kms",
            UNKNOWN,
        ),
        (UNKNOWN, UNKNOWN, UNKNOWN),
        ([UNKNOWN], UNKNOWN, UNKNOWN),
    ],
)
def test_encryption(rules: object, encryption: object, key: object) -> None:
    bucket = made(BUCKET, "bucket", {"bucket": "sales"})
    configured = [table([]), bucket, made(ENCRYPTION, "encryption", {"bucket": "sales", "rules": rules})]
    members = source_members(configured[0], ("lake", "orders"), None, configured)
    assert (members["encryption"], members["kms_key_arn"]) == (encryption, key)
    if isinstance(rules, list):
        inline = {"bucket": "sales", "serverSideEncryptionConfiguration": {"rule": rules[0]}}
        held = [table([]), made(BUCKET, "bucket", inline)]
        members = source_members(held[0], ("lake", "orders"), None, held)
        assert (members["encryption"], members["kms_key_arn"]) == (encryption, key)


def policy(*statements: object) -> str:
    return json.dumps({"Statement": list(statements)})


READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["*"]}
READING = [{"action": ["s3:GetObject"], "resource": ["*"]}]


@pytest.mark.parametrize(
    ("role", "others", "statements"),
    [
        ({}, [], UNKNOWN),
        ({"inlinePolicies": [{"policy": policy(READ, {"Effect": "Deny"})}]}, [], READING),
        (
            {"inlinePolicies": [{"policy": policy(READ)}], "managedPolicyArns": ["arn:aws:iam::aws:policy/x"]},
            [],
            UNKNOWN,
        ),
        ({"inlinePolicies": UNKNOWN}, [], UNKNOWN),
        ({"inlinePolicies": [{"policy": "no JSON"}]}, [], UNKNOWN),
        ({"inlinePolicies": [{"policy": "[]"}]}, [], UNKNOWN),
        ({"inlinePolicies": [{"policy": policy("x")}]}, [], UNKNOWN),
        (
            {"inlinePolicies": [{"policy": policy({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"})}]},
            [],
            UNKNOWN,
        ),
        ({"inlinePolicies": [{"policy": policy({**READ, "Action": ["s3:GetObject", 7]})}]}, [], UNKNOWN),
        ({}, [("rolePolicy:RolePolicy", {"role": "reader", "policy": {"Statement": READ}})], READING),
        ({}, [("rolePolicy:RolePolicy", {"role": "other", "policy": policy(READ)})], UNKNOWN),
        ({}, [("rolePolicyAttachment:RolePolicyAttachment", {"role": "reader", "policyArn": "arn:own"})], READING),
        ({}, [("rolePolicyAttachment:RolePolicyAttachment", {"role": "reader", "policyArn": "arn:theirs"})], UNKNOWN),
    ],
)
def test_what_a_role_may_do(role: dict[str, Any], others: list[tuple[str, dict[str, Any]]], statements: object) -> None:
    held = made(ROLE, "role", {"name": "reader", "arn": "arn:role", **role})
    own = made("aws:iam/policy:Policy", "policy", {"arn": "arn:own", "policy": policy(READ)})
    stack = [held, own, *(made(f"aws:iam/{kind}", kind, properties) for kind, properties in others)]
    assert allowed_by(held, stack) == statements
    assert reading_role(made("t", "association", {"roleArn": "arn:role"}), stack) == held
