"""The data source: the bucket, catalogue table and role behind a configured table, as the member keeps them.

It is not a Clean Rooms resource: its parts belong to S3, Glue and IAM. Policies check them; `components.DataSource`
creates them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from declarations.base import BucketName, Declaration, DisplayName, Flag, KmsKeyArn, Problem, RoleArn, Tags, sized
from declarations.membership import KeyPrefix
from declarations.table_references import DatabaseName, GlueTableName

PII_PARAMETER: Final = "pii"
"""The parameter of a Glue table's column that says what personal data it holds, in the words of a room file."""

BucketEncryption = Literal["AES256", "aws:kms", "aws:kms:dsse"]
"""How S3 encrypts objects. Source: API s3 ServerSideEncryption."""

Action = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$")]
"""An action of an IAM policy, such as `s3:GetObject`; `*` and `?` are wildcards. Source: IAM userguide Action."""


class PolicyStatement(Declaration):
    """A statement of an IAM policy that allows something. Source: IAM userguide/reference_policies_elements."""

    action: Annotated[tuple[Action, ...], sized(1)]
    """What is allowed."""
    resource: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=2048)], ...], sized(1)]
    """On what: ARNs, with wildcards."""


class DataSource(Declaration):
    """Where the rows of a configured table are kept, and who may read them for the service."""

    name: DisplayName
    """The source's name among the member's."""
    bucket: BucketName
    """The S3 bucket."""
    key_prefix: KeyPrefix | None = None
    """The start of the keys of the table's objects; absent: the whole bucket."""
    database_name: DatabaseName
    """The Glue database."""
    table_name: GlueTableName
    """The Glue table."""
    encryption: BucketEncryption = "AES256"
    """How the bucket encrypts; S3 encrypts every object at least with AES256."""
    kms_key_arn: KmsKeyArn | None = None
    """The customer-managed key, with `aws:kms`; absent: the key that AWS manages."""
    block_public_access: Flag = True
    """Whether all four settings of S3 Block Public Access are on."""
    role_arn: RoleArn | None = None
    """The role by which Clean Rooms reads; absent: one is made."""
    role_statements: tuple[PolicyStatement, ...] | None = None
    """What the role may do, where it is known."""
    tags: Tags | None = None
    """Tags of the bucket."""

    def problems(self) -> Iterator[Problem]:
        """A key goes with encryption by KMS; a key prefix is a folder."""
        if self.kms_key_arn is not None and self.encryption == "AES256":
            message = "kms_key_arn goes with encryption 'aws:kms' or 'aws:kms:dsse'; found 'AES256'"
            yield Problem(("kms_key_arn",), message)
        prefix = self.key_prefix or ""
        if prefix.startswith("/") or "*" in prefix:  # which the policy of the role would take for a wildcard
            message = f"a key prefix is a folder, with no slash at its beginning and without '*'; found {prefix!r}"
            yield Problem(("key_prefix",), message)
