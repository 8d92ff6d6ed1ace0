"""The data sources of tables, as far as the same stack holds them: Glue tables, S3 buckets, IAM roles.

The parameter `pii` of a Glue table's column states its personal data, in the words of a room file; `none` means that it
holds none. If no column of a table has it, the table was never classified and its personal data is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from declarations.configured_table import Column
from declarations.data_source import PII_PARAMETER, DataSource
from declarations.personal_data import NO_PII
from declarations.unknown import UNKNOWN, Unknown, partly_known
from policies.reading.access import ROLE, allowed_by
from policies.reading.links import named_resource
from policies.reading.resource import Resource, member_of
from policies.reading.shaping import Members, nothing_known

_GLUE_TABLE: Final = "aws:glue/catalogTable:CatalogTable"
_BUCKETS: Final = frozenset({"aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"})
_ENCRYPTIONS: Final = frozenset(
    {
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
    }
)
_ACCESS_BLOCKS: Final = frozenset({"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"})
_BLOCKS: Final = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_LOCATION: Final = re.compile(r"s3[an]?://([^/]+)/?(.*)", re.DOTALL)
_KEY: Final = re.compile(r"arn:aws:kms:[^:]*:[0-9]*:key/.+")


def glue_table(resources: Sequence[Resource], place: tuple[str, str]) -> Resource | None:
    """Return the Glue table of that database and name; None when the stack does not hold it."""
    tables = (one for one in resources if one.type == _GLUE_TABLE)
    names = ((one, one.properties.get("databaseName"), one.properties.get("name")) for one in tables)
    return next((one for one, database, name in names if (database, name) == place), None)


def lacks_glue_table(resources: Sequence[Resource], place: tuple[str, str]) -> bool:
    """Return whether the stack certainly does not hold the Glue table of that database and name."""
    tables = (one for one in resources if one.type == _GLUE_TABLE)
    names = [(one.properties.get("databaseName"), one.properties.get("name")) for one in tables]
    return place not in names and all(isinstance(word, str) for name in names for word in name)


def columns_of(table: Resource) -> dict[str, Column] | Unknown:
    """Return the columns of a Glue table, including partition keys; UNKNOWN unless all of them are known."""
    stated = [
        member_of(table.properties.get("storageDescriptor"), "columns"),
        table.properties.get("partitionKeys", []),
    ]
    if not all(isinstance(one, list) for one in stated):
        return UNKNOWN
    columns = [column for one in stated for column in one]
    named = [isinstance(member_of(column, "name"), str) for column in columns]
    if not columns or not all(named):
        return UNKNOWN
    classified = any(member_of(member_of(column, "parameters"), PII_PARAMETER) is not UNKNOWN for column in columns)
    return {column["name"].lower(): _column(column, classified=classified) for column in columns}


def source_members(
    table: Resource | None, place: tuple[str, str], role: Resource | None, resources: Sequence[Resource]
) -> Members:
    """Return the data source behind a configured table.

    Args:
        table: The Glue table; None if the stack does not hold it, in which case only its name is known.
        place: Its database and name.
        role: The role that reads it for the service; None when the stack does not hold it.
        resources: The whole stack.
    """
    database, name = place
    known = {"name": name, "database_name": database, "table_name": name}
    if table is None:
        return {**nothing_known(DataSource), **known}
    bucket = _bucket(table, resources)
    arn = role.properties.get("arn", UNKNOWN) if role else UNKNOWN
    statements = allowed_by(role, resources) if role else UNKNOWN
    kept = {**_place(table, bucket), **_protection(bucket, resources)}
    return {**nothing_known(DataSource), **known, **kept, "role_arn": arn, "role_statements": statements}


def reading_role(association: Resource, resources: Sequence[Resource]) -> Resource | None:
    """Return the role of an association; None when the stack does not hold it."""
    return named_resource((one for one in resources if one.type == ROLE), association, "roleArn")


def _column(column: Mapping[str, Any], *, classified: bool) -> Column:
    said = member_of(member_of(column, "parameters"), PII_PARAMETER)
    absent = None if classified else UNKNOWN
    pii = absent if said is UNKNOWN else None if said == NO_PII else said
    kind = column.get("type", UNKNOWN)
    known = {"type": kind if isinstance(kind, str) and kind else UNKNOWN, "pii": pii}
    return partly_known(Column, known if pii is None or isinstance(pii, str) else {**known, "pii": UNKNOWN})


def _bucket(table: Resource, resources: Sequence[Resource]) -> Resource | None:
    buckets = [one for one in resources if one.type in _BUCKETS]
    located = _located(table)
    if located:
        return next((one for one in buckets if one.properties.get("bucket") == located[1]), None)
    return named_resource(buckets, table, "storageDescriptor")


def _located(table: Resource) -> re.Match[str] | None:
    location = member_of(table.properties.get("storageDescriptor"), "location")
    return _LOCATION.fullmatch(location) if isinstance(location, str) else None


def _place(table: Resource, bucket: Resource | None) -> Members:
    located = _located(table)
    if located is None:
        return {"bucket": bucket.properties.get("bucket", UNKNOWN) if bucket else UNKNOWN}
    return {"bucket": located[1], "key_prefix": located[2] or None}


def _protection(bucket: Resource | None, resources: Sequence[Resource]) -> Members:
    """Return how a bucket of the stack is protected; settings that the stack does not state are UNKNOWN."""
    if bucket is None:
        return {}
    tags = bucket.properties.get("tagsAll", bucket.properties.get("tags"))
    return {
        **_encryption(_about(bucket, _ENCRYPTIONS, resources), bucket),
        "block_public_access": _closed(_about(bucket, _ACCESS_BLOCKS, resources)),
        "tags": tags,
    }


def _about(bucket: Resource, types: frozenset[str], resources: Sequence[Resource]) -> Resource | None:
    """Return the resource of one of *types* that is about *bucket*."""
    name = bucket.properties.get("bucket", UNKNOWN)
    for one in resources:
        same = isinstance(name, str) and one.properties.get("bucket") == name
        if one.type in types and (same or named_resource([bucket], one, "bucket")):
            return one
    return None


def _encryption(configuration: Resource | None, bucket: Resource) -> Members:
    """Return the encryption; without any configuration, S3 encrypts every object with AES256."""
    inline = bucket.properties.get("serverSideEncryptionConfiguration")
    if configuration is None and inline is None:
        return {"encryption": "AES256", "kms_key_arn": None}
    rules = configuration.properties.get("rules", UNKNOWN) if configuration else [member_of(inline, "rule")]
    default = next(_defaults(rules), UNKNOWN)
    key = default.get("kmsMasterKeyId") if isinstance(default, Mapping) else UNKNOWN
    known_key = key is None or (isinstance(key, str) and (not key or _KEY.fullmatch(key)))
    return {"encryption": member_of(default, "sseAlgorithm"), "kms_key_arn": (key or None) if known_key else UNKNOWN}


def _defaults(rules: object) -> Iterator[Any]:
    for rule in rules if isinstance(rules, list) else ():
        yield member_of(rule, "applyServerSideEncryptionByDefault")


def _closed(block: Resource | None) -> bool | Unknown:
    """Return whether all four settings are on; an absent setting is off."""
    if block is None:
        return UNKNOWN
    settings = [block.properties.get(name, False) for name in _BLOCKS]
    if any(setting is False for setting in settings):
        return False
    return True if all(setting is True for setting in settings) else UNKNOWN
