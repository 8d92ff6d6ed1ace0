"""The policy documents of a data source: the role's trust and permissions, and the bucket's denials.

A prefix always ends at a slash, so that one table's folder does not cover another whose name begins the same. The ARNs
are in the partition `aws`: Clean Rooms is offered in no other.

Source: userguide/setting-up-roles (role to read data from Amazon S3); S3 userguide, security best practices.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from declarations.data_source import DataSource

Document = dict[str, Any]
"""An IAM policy document, whose strings may be outputs."""

_VERSION = "2012-10-17"
_READ_CATALOG = [
    "glue:BatchGetPartition",
    "glue:GetDatabase",
    "glue:GetDatabases",
    "glue:GetPartition",
    "glue:GetPartitions",
    "glue:GetTable",
    "glue:GetTables",
]


def trust_policy(region: str, readers: Mapping[str, pulumi.Input[str] | None]) -> Document:
    """Return the trust policy: Clean Rooms may assume the role on behalf of the named accounts' memberships.

    Args:
        region: The AWS region of the collaboration.
        readers: The accounts whose queries read the table, the owner's own included, each with the identifier of its
            membership; None where that is not known yet, which trusts every membership of the account.
    """
    arns = [
        pulumi.Output.concat(f"arn:aws:cleanrooms:{region}:{account}:membership/", "*" if known is None else known)
        for account, known in readers.items()
    ]
    statements = [_assumable("ForAnyValue:ArnLike", {"aws:SourceArn": arns})]
    # The external id names no account: without a membership it would trust every account's.
    known_ids = [known for known in readers.values() if known is not None]
    if known_ids:
        ids = [pulumi.Output.concat(f"arn:aws:*:{region}:*:dbuser:*/", known, "*") for known in known_ids]
        statements.append(_assumable("StringLike", {"sts:ExternalId": ids}))
    return {"Version": _VERSION, "Statement": statements}


def reading_policy(source: DataSource, region: str, account: str) -> Document:
    """Return the role's permissions: read this table's catalogue entry and its objects, and nothing else.

    Args:
        source: The data source.
        region: The AWS region of its catalogue.
        account: The account of its catalogue and bucket.
    """
    bucket, prefix = f"arn:aws:s3:::{source.bucket}", folder(source)
    catalogue = f"arn:aws:glue:{region}:{account}"
    described = [
        f"{catalogue}:catalog",
        f"{catalogue}:database/{source.database_name}",
        f"{catalogue}:table/{source.database_name}/{source.table_name}",
    ]
    own = {"s3:ResourceAccount": account}
    statements: list[Document] = [
        {"Effect": "Allow", "Action": _READ_CATALOG, "Resource": described},
        _reading("s3:GetBucketLocation", bucket, {"StringEquals": own}),
        _reading("s3:ListBucket", bucket, {"StringEquals": own, "StringLike": {"s3:prefix": f"{prefix}*"}}),
        _reading("s3:GetObject", f"{bucket}/{prefix}*", {"StringEquals": own}),
    ]
    if source.kms_key_arn is not None:
        statements.append({"Effect": "Allow", "Action": "kms:Decrypt", "Resource": source.kms_key_arn})
    return {"Version": _VERSION, "Statement": statements}


def folder(source: DataSource) -> str:
    """Return the key prefix of a source's objects, ending with a slash; "" for the whole bucket.

    Args:
        source: The data source; its declaration ensures that the key prefix is a folder.
    """
    prefix = source.key_prefix or ""
    return f"{prefix.rstrip('/')}/" if prefix else ""


def encrypted_transport_policy(bucket: str) -> Document:
    """Return the bucket policy that denies every request without TLS."""
    arn = f"arn:aws:s3:::{bucket}"
    refused = {
        "Sid": "RefuseWithoutTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {"Version": _VERSION, "Statement": [refused]}


def _assumable(operator: str, condition: Mapping[str, Any]) -> Document:
    return {
        "Effect": "Allow",
        "Principal": {"Service": "cleanrooms.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {operator: condition},
    }


def _reading(action: str, resource: str, condition: Mapping[str, Any]) -> Document:
    return {"Effect": "Allow", "Action": action, "Resource": resource, "Condition": condition}
