"""Declared data sources made by the program: what is registered, once each, and in which order."""

from __future__ import annotations

import json

import pulumi
import pytest

from policies.reading.data_sources import columns_of
from policies.reading.resource import Resource as Seen
from tests.end_to_end.deployment.members import RETAILER, Members
from tests.pulumi_engine.state import Resource
from tests.pulumi_engine.wire import plain

# pulumi_aws.s3 warns about its own classes when it is imported.
pytestmark = pytest.mark.filterwarnings("ignore:.*s3.* has been deprecated in favor of:DeprecationWarning")

SOURCE = (
    "      - {{name: {table}, bucket: lake, key_prefix: {table}, "
    "database_name: complete_journey, table_name: {table}{more}}}\n"
)
HOUSEHOLD = (
    "household_id: {type: string, pii: customer_id, description: Keyed pseudonym; the user of differential privacy}"
)
BUCKET = "cleanrooms:components:SourceBucket$aws:"
SOURCES = "cleanrooms:components:DataSource$aws:"


def declare_sources(members: Members, transactions: str = "", redemptions: str = "") -> None:
    """Give the retailer two data sources in one bucket and one Glue database."""
    sources = SOURCE.format(table="transactions", more=transactions)
    sources += SOURCE.format(table="coupon_redemptions", more=redemptions)
    own = '  - account_id: "111111111111"\n    query_log_status: ENABLED\n'
    members.edit(own, f"{own}    data_sources:\n{sources}")


_REGISTERED: dict[str, Resource] = {}


@pytest.fixture
def registered(request: pytest.FixtureRequest) -> dict[str, Resource]:
    """What the retailer's stack holds of AWS after a deployment, by type and name; it is deployed once."""
    if not _REGISTERED:
        members: Members = request.getfixturevalue("members")
        declare_sources(members)
        assert members.stack(RETAILER).preview(members.program(RETAILER, makeDataSources="true")).failures == ()
        members.up(RETAILER, makeDataSources="true")
        assert members.up(RETAILER, makeDataSources="true").done() == {}
        found = members.stack(RETAILER).state().resources
        _REGISTERED.update({each.urn.split("::", 2)[2]: each for each in found if ":providers:" not in each.type})
    return _REGISTERED


def test_what_sources_share_is_made_once(registered: dict[str, Resource]) -> None:
    assert {urn for urn in registered if "aws:" in urn} == {
        f"{BUCKET}s3/bucket:Bucket::lake-bucket",
        f"{BUCKET}s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration::lake-encryption",
        f"{BUCKET}s3/bucketPublicAccessBlock:BucketPublicAccessBlock::lake-public-access",
        f"{BUCKET}s3/bucketPolicy:BucketPolicy::lake-tls-only",
        "aws:glue/catalogDatabase:CatalogDatabase::complete_journey",
        f"{SOURCES}glue/catalogTable:CatalogTable::transactions-table",
        f"{SOURCES}iam/role:Role::transactions-role",
        f"{SOURCES}iam/rolePolicy:RolePolicy::transactions-reading",
        f"{SOURCES}glue/catalogTable:CatalogTable::coupon_redemptions-table",
        f"{SOURCES}iam/role:Role::coupon_redemptions-role",
        f"{SOURCES}iam/rolePolicy:RolePolicy::coupon_redemptions-reading",
    }


def test_a_database_that_others_may_use_is_protected(members: Members) -> None:
    declare_sources(members)
    members.up(RETAILER, makeDataSources="true", protect="true")
    protected = {each.name for each in members.stack(RETAILER).state().resources if each.protect}
    assert protected == {"room-collaboration", "room-membership", "complete_journey"}


def test_order_comes_from_dependencies(registered: dict[str, Resource]) -> None:
    by_name = {(each.type, each.name): each for each in registered.values()}

    def needs(kind: str, name: str) -> set[str]:
        return {each.rpartition("::")[2] for each in by_name[kind, name].dependencies}

    assert needs("aws:glue/catalogTable:CatalogTable", "transactions-table") == {"complete_journey"}
    assert needs("aws:iam/rolePolicy:RolePolicy", "transactions-reading") == {"transactions-role"}
    assert needs("aws:s3/bucketPolicy:BucketPolicy", "lake-tls-only") == {"lake-bucket", "lake-public-access"}
    association = ("cleanrooms:index:ConfiguredTableAssociation", "room-transactions")
    assert {"transactions-role", "transactions-reading"} <= needs(*association)
    role = by_name["aws:iam/role:Role", "transactions-role"]
    assert by_name[association].inputs["roleArn"] == role.outputs["arn"]
    providers = {each.provider.split("::")[-2] for each in registered.values() if each.type.startswith("aws:")}
    assert providers == {"member-aws"}


def test_the_catalogue_says_where_rows_lie_and_whom_they_are_about(registered: dict[str, Resource]) -> None:
    table = registered[f"{SOURCES}glue/catalogTable:CatalogTable::transactions-table"]
    storage = table.inputs["storageDescriptor"]
    assert storage["location"] == "s3://lake/transactions/"
    assert storage["columns"][:2] == [
        {
            "name": "household_id",
            "type": "string",
            "comment": "Keyed pseudonym; the user of differential privacy",
            "parameters": {"pii": "customer_id"},
        },
        {"name": "basket_id", "type": "bigint", "comment": "One visit to a till", "parameters": {"pii": "none"}},
    ]
    columns = columns_of(Seen(table.type, table.urn, table.name, plain(table.inputs)))
    assert isinstance(columns, dict)
    assert (columns["household_id"].pii, columns["basket_id"].pii) == ("customer_id", None)


def test_each_role_reads_its_own_folder(registered: dict[str, Resource]) -> None:
    policy = registered[f"{SOURCES}iam/rolePolicy:RolePolicy::coupon_redemptions-reading"].inputs["policy"]
    catalogue = "arn:aws:glue:us-east-1:111111111111"
    assert [(each["Action"], each["Resource"]) for each in json.loads(policy)["Statement"][1:]] == [
        ("s3:GetBucketLocation", "arn:aws:s3:::lake"),
        ("s3:ListBucket", "arn:aws:s3:::lake"),
        ("s3:GetObject", "arn:aws:s3:::lake/coupon_redemptions/*"),
    ]
    assert json.loads(policy)["Statement"][0]["Resource"] == [
        f"{catalogue}:catalog",
        f"{catalogue}:database/complete_journey",
        f"{catalogue}:table/complete_journey/coupon_redemptions",
    ]
    (trust,) = json.loads(registered[f"{SOURCES}iam/role:Role::transactions-role"].inputs["assumeRolePolicy"])[
        "Statement"
    ]
    readers = trust["Condition"]["ForAnyValue:ArnLike"]["aws:SourceArn"]
    assert readers == [f"arn:aws:cleanrooms:us-east-1:{each}:membership/*" for each in ("111111111111", "222222222222")]


@pytest.mark.parametrize(
    ("transactions", "redemptions", "apart"),
    [
        (
            "",
            ', encryption: "aws:kms"',
            "'encryption'",
        ),
        (
            ", tags: {team: a}",
            ", block_public_access: false",
            "'block_public_access', 'tags'",
        ),
    ],
)
def test_sources_that_contradict_each_other_are_refused(
    members: Members, transactions: str, redemptions: str, apart: str
) -> None:
    declare_sources(members, transactions, redemptions)
    with pytest.raises(pulumi.RunError) as error:
        members.stack(RETAILER).preview(members.program(RETAILER, makeDataSources="true"))
    assert str(error.value) == (
        "the data sources 'transactions' and 'coupon_redemptions' share the bucket 'lake', but not their "
        f"{apart}: a bucket has one"
    )


def test_a_folder_with_a_wildcard_is_refused(members: Members) -> None:
    declare_sources(members)
    members.edit("key_prefix: transactions", 'key_prefix: "trans*"')
    with pytest.raises(pulumi.RunError) as error:
        members.stack(RETAILER).preview(members.program(RETAILER, makeDataSources="true"))
    told = " ".join(str(error.value).split())
    assert (
        "key_prefix: a key prefix is a folder, with no slash at its beginning and without '*'; found 'trans*'" in told
    )


def test_columns_that_contradict_each_other_are_refused(members: Members) -> None:
    declare_sources(members)
    members.edit("table_name: coupon_redemptions}\n        columns:", "table_name: transactions}\n        columns:")
    members.edit(f"{HOUSEHOLD}\n          coupon_upc", "household_id: bigint\n          coupon_upc")
    with pytest.raises(pulumi.RunError) as error:
        members.stack(RETAILER).preview(members.program(RETAILER, makeDataSources="true"))
    assert str(error.value) == (
        "column 'household_id' of the data source 'transactions' has another type or pii in the configured table "
        "'coupon_redemptions': 'string' with pii 'customer_id', and 'bigint' without pii; declare one"
    )
