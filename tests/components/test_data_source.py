"""A data source makes what does not exist, and only that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from components.data_source import DataSource, DataSourceArgs, TableShape
from declarations.data_source import BucketEncryption
from declarations.data_source import DataSource as DeclaredSource
from tests.components.conftest import Declared

# pulumi_aws.s3 warns about its own classes when it is imported.
pytestmark = pytest.mark.filterwarnings("ignore:.*s3.* has been deprecated in favor of:DeprecationWarning")

OWNER, RUNNER, REGION = "111111111111", "222222222222", "us-east-1"
ROLE = f"arn:aws:iam::{OWNER}:role/clean-rooms"
READERS: dict[str, pulumi.Input[str] | None] = {OWNER: None, RUNNER: None}
STATED: dict[str, Any] = {
    "name": "purchases",
    "bucket": "retail-purchases",
    "key_prefix": "purchases/",
    "database_name": "retail",
    "table_name": "purchases",
    "tags": {"team": "privacy"},
}
TABLE = TableShape({"id": "string", "amount": "decimal(10,2)"}, partition_keys={"day": "date"})


def run(program: Callable[[], object]) -> None:
    pulumi.runtime.test(lambda: program() and None)()


def made_source(source: DeclaredSource, **more: Any) -> DataSource:  # noqa: ANN401 - its other arguments
    args = DataSourceArgs(source=source, account=OWNER, region=REGION, readers=READERS, **more)
    return DataSource("src", args)


def made(declared: Declared) -> dict[str, dict[str, Any]]:
    """The inputs of each child, by the last word of its type."""
    return {
        each.typ.rpartition(":")[2]: dict(each.inputs) for each in declared.resources if each.typ.startswith("aws:")
    }


def test_everything_is_made(declared: Declared) -> None:
    run(lambda: made_source(DeclaredSource(**STATED), table=TABLE))
    found = made(declared)
    assert set(found) == {
        "Bucket",
        "BucketServerSideEncryptionConfiguration",
        "BucketPublicAccessBlock",
        "BucketPolicy",
        "CatalogDatabase",
        "CatalogTable",
        "Role",
        "RolePolicy",
    }
    assert found["Bucket"] == {"bucket": "retail-purchases", "tags": {"team": "privacy"}}
    closed = found["BucketPublicAccessBlock"]
    assert [closed[name] for name in closed if name != "bucket"] == [True] * 4
    storage = found["CatalogTable"]["storageDescriptor"]
    assert storage["location"] == "s3://retail-purchases/purchases/"
    assert storage["columns"] == [{"name": "id", "type": "string"}, {"name": "amount", "type": "decimal(10,2)"}]
    assert found["CatalogTable"]["partitionKeys"] == [{"name": "day", "type": "date"}]
    assert all(each.name.startswith("src") for each in declared.resources)


def test_what_exists_is_only_named(declared: Declared) -> None:
    source = DeclaredSource(**STATED, role_arn=ROLE)
    sources: list[DataSource] = []
    run(lambda: sources.append(made_source(source, bucket_exists=True)))
    assert made(declared) == {}
    assert sources[0].bucket is None


@pytest.mark.parametrize(("encryption", "bucket_key"), [("aws:kms", True), ("aws:kms:dsse", False)])
def test_encryption_with_a_customer_managed_key(
    declared: Declared, encryption: BucketEncryption, *, bucket_key: bool
) -> None:
    key = f"arn:aws:kms:{REGION}:{OWNER}:key/00000000-0000-4000-8000-000000000001"
    source = DeclaredSource(**STATED, encryption=encryption, kms_key_arn=key, role_arn=ROLE)
    run(lambda: made_source(source))
    (rule,) = made(declared)["BucketServerSideEncryptionConfiguration"]["rules"]
    assert rule == {
        "applyServerSideEncryptionByDefault": {"sseAlgorithm": encryption, "kmsMasterKeyId": key},
        "bucketKeyEnabled": bucket_key,
    }


def test_the_role_is_told_once_it_can_read(declared: Declared) -> None:
    def program() -> pulumi.Output[None]:
        source = made_source(DeclaredSource(**STATED))

        def check(arn: str) -> None:
            assert arn == "src-role-arn"

        return source.role_arn.apply(check)

    pulumi.runtime.test(program)()
