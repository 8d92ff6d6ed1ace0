"""The membership: what one member adds to a collaboration that concerns only this member.

Source: API CreateMembershipInput, userguide/create-membership.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from declarations.base import MADE_BY_THE_SERVICE, BucketName, Choice, Declaration, Flag, LogStatus, RoleArn, Tags
from declarations.payment import PaymentConfiguration

ResultFormat = Literal["CSV", "PARQUET"]
"""How results are written. Source: API ResultFormat."""

KeyPrefix = Annotated[str, Field(max_length=512, pattern=r"^[a-zA-Z0-9_!.=*/-]*$")]
"""The start of the S3 keys of results. Source: API KeyPrefix."""


class QueryS3Output(Declaration):
    """Where query results go in S3. Source: API ProtectedQueryS3OutputConfiguration."""

    result_format: ResultFormat
    """How results are written."""
    bucket: BucketName
    """The bucket."""
    key_prefix: KeyPrefix | None = None
    """The start of the keys."""
    single_file_output: Flag | None = None
    """Whether all rows go into one file; absent means no."""


class JobS3Output(Declaration):
    """Where job results go in S3. Source: API ProtectedJobS3OutputConfigurationInput."""

    result_format: ResultFormat | None = None
    """How results are written."""
    bucket: BucketName
    """The bucket."""
    key_prefix: KeyPrefix | None = None
    """The start of the keys."""


class QueryOutput(Choice):
    """Where query results go. Source: API MembershipProtectedQueryOutputConfiguration."""

    s3: QueryS3Output | None = None
    """In S3."""


class JobOutput(Choice):
    """Where job results go. Source: API MembershipProtectedJobOutputConfiguration."""

    s3: JobS3Output | None = None
    """In S3."""


class QueryResultConfiguration(Declaration):
    """The default for query results. Source: API MembershipProtectedQueryResultConfiguration."""

    output_configuration: QueryOutput
    """Where results go."""
    role_arn: RoleArn | None = None
    """The role that writes them."""


class JobResultConfiguration(Declaration):
    """The default for job results. Source: API MembershipProtectedJobResultConfiguration."""

    output_configuration: JobOutput
    """Where results go."""
    role_arn: RoleArn
    """The role that writes them."""


class Membership(Declaration):
    """A member's own part of a collaboration. Source: API CreateMembershipInput."""

    service_only: ClassVar[frozenset[str]] = MADE_BY_THE_SERVICE | {
        "collaborationArn",
        "collaborationId",
        "collaborationCreatorAccountId",
        "collaborationCreatorDisplayName",
        "collaborationName",
        "status",
        "memberAbilities",
        "mlMemberAbilities",
    }
    identifiers: ClassVar[tuple[str, ...]] = ("collaboration_identifier",)

    query_log_status: LogStatus
    """Whether this member's queries are logged."""
    job_log_status: LogStatus | None = None
    """Whether this member's jobs are logged; absent means DISABLED."""
    default_result_configuration: QueryResultConfiguration | None = None
    """Where query results go by default, for a member who can receive results."""
    default_job_result_configuration: JobResultConfiguration | None = None
    """Where job results go by default, for a member who can receive results."""
    payment_configuration: PaymentConfiguration | None = None
    """What the member accepts to pay for; required of a payer who cannot query."""
    is_metrics_enabled: Flag | None = None
    """Whether CloudWatch metrics are collected; absent means no."""
    tags: Tags | None = None
    """Tags of the membership."""
