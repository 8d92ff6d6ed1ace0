"""The component that has Amazon Macie look for personal data where tables come from.

Source: Macie userguide, CreateClassificationJob; userguide/discovery-jobs; userguide/service-linked-roles; AWS KMS
developerguide/grants.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components.access_policies import folder
from components.arguments import arguments_of
from declarations.data_source import DataSource

Schedule = Literal["once", "daily", "weekly", "monthly"]
"""How often to scan: once; every day; every Monday; on the first day of every month."""


@dataclass(frozen=True, kw_only=True)
class SensitiveDataScanArgs:
    """The arguments of a SensitiveDataScan.

    Attributes:
        account: The AWS account of buckets and keys, 12 digits; who deploys may grant the use of the keys.
        sources: What to scan: their buckets, below their key prefixes.
        schedule: How often.
        macie_is_on: Whether Macie is on already, as in an organization that manages it centrally.
        sampling_percentage: The share of objects to look into, 1 to 100 percent.
        tags: Tags of the jobs.
    """

    account: str
    sources: Sequence[DataSource]
    schedule: Schedule = "once"
    macie_is_on: bool = False
    sampling_percentage: int = 100
    tags: Mapping[str, str] = field(default_factory=dict)


class SensitiveDataScanArgsDict(TypedDict):
    """SensitiveDataScanArgs as a dictionary."""

    account: str
    sources: Sequence[DataSource]
    schedule: NotRequired[Schedule]
    macie_is_on: NotRequired[bool]
    sampling_percentage: NotRequired[int]
    tags: NotRequired[Mapping[str, str]]


class SensitiveDataScan(pulumi.ComponentResource):
    """Classification jobs of Macie over the buckets of data sources, and Macie itself if it is not on.

    What the jobs find is evidence for policies: a personal column that a table does not declare as such. Where objects
    are encrypted with a customer's key, Macie's own role is granted decryption, without which it would skip them.

    Attributes:
        jobs: The job of each bucket. Nothing of a job can change: another scope is another job.
        session: Macie in the account, if it is turned on here.
    """

    jobs: Mapping[str, aws.macie2.ClassificationJob]
    session: aws.macie2.Account | None

    def __init__(
        self,
        name: str,
        args: SensitiveDataScanArgs | SensitiveDataScanArgsDict,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the jobs.

        Args:
            name: The component's name; also the first word of its children's names.
            args: What to scan, how often, and how much of it.
            opts: Options, such as the AWS provider of the account.

        Raises:
            ValueError: There is nothing to scan, or the share is out of range.
        """
        stated = arguments_of(SensitiveDataScanArgs, args)
        account, sources, schedule = stated.account, stated.sources, stated.schedule
        _refuse_mistakes(sources, stated.sampling_percentage)
        super().__init__("cleanrooms:components:SensitiveDataScan", name, {}, opts)
        here = pulumi.ResourceOptions(parent=self)
        self.session = None
        if not stated.macie_is_on:
            self.session = aws.macie2.Account(f"{name}-macie", status="ENABLED", opts=here)
        needed: list[pulumi.Resource] = [self.session] if self.session else []
        # Enabling Macie makes the role that may decrypt.
        after = pulumi.ResourceOptions(parent=self, depends_on=needed)
        keys = sorted({str(source.kms_key_arn) for source in sources if source.kms_key_arn})
        grants = [_decryption(f"{name}-decryption-{key.rpartition('/')[2]}", key, account, after) for key in keys]
        ready = pulumi.ResourceOptions(parent=self, depends_on=[*needed, *grants])
        self.jobs = {
            bucket: aws.macie2.ClassificationJob(
                f"{name}-{bucket}",
                job_type="ONE_TIME" if schedule == "once" else "SCHEDULED",
                name_prefix=f"{name}-",
                initial_run=None if schedule == "once" else True,
                sampling_percentage=stated.sampling_percentage,
                s3_job_definition=_scope(account, bucket, sources),
                schedule_frequency=_SCHEDULES[schedule],
                tags=dict(stated.tags),
                opts=ready,
            )
            for bucket in sorted({source.bucket for source in sources})
        }
        self.register_outputs({"jobIds": {bucket: job.job_id for bucket, job in self.jobs.items()}})


_SCHEDULES: Mapping[Schedule, aws.macie2.ClassificationJobScheduleFrequencyArgsDict | None] = {
    "once": None,
    "daily": {"daily_schedule": True},
    "weekly": {"weekly_schedule": "MONDAY"},
    "monthly": {"monthly_schedule": 1},
}


def _refuse_mistakes(sources: Sequence[DataSource], sampling_percentage: int) -> None:
    if not sources:
        message = "a scan needs at least one data source"
        raise ValueError(message)
    if not 1 <= sampling_percentage <= 100:  # noqa: PLR2004 - percent
        message = f"sampling_percentage is 1 to 100 percent; found {sampling_percentage}"
        raise ValueError(message)


def _decryption(name: str, key: str, account: str, opts: pulumi.ResourceOptions) -> aws.kms.Grant:
    """Let Macie read what is encrypted with a customer's key, without a change of the key's own policy."""
    # Clean Rooms, whose data this is, is offered in no other partition than `aws`.
    role = f"arn:aws:iam::{account}:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie"
    return aws.kms.Grant(name, key_id=key, grantee_principal=role, operations=["Decrypt"], opts=opts)


def _scope(
    account: str, bucket: str, sources: Sequence[DataSource]
) -> aws.macie2.ClassificationJobS3JobDefinitionArgsDict:
    """Return the objects to look into: the prefixes of a job hold for all its buckets, so that each has a job."""
    definition: aws.macie2.ClassificationJobS3JobDefinitionArgsDict = {
        "bucket_definitions": [{"account_id": account, "buckets": [bucket]}]
    }
    folders = {folder(source) for source in sources if source.bucket == bucket}
    # One source without a prefix means the whole bucket, so that no prefix may narrow the job.
    if "" not in folders:
        term: aws.macie2.ClassificationJobS3JobDefinitionScopingIncludesAndSimpleScopeTermArgsDict = {
            "comparator": "STARTS_WITH",
            "key": "OBJECT_KEY",
            "values": sorted(folders),
        }
        definition["scoping"] = {"includes": {"ands": [{"simple_scope_term": term}]}}
    return definition
