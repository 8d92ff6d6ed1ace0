"""The component that has Amazon Macie look for personal data where tables come from.

Source: Macie userguide, CreateClassificationJob; userguide/discovery-jobs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import pulumi
import pulumi_aws as aws

from declarations.data_source import DataSource


class SensitiveDataScan(pulumi.ComponentResource):
    """A classification job of Macie over the buckets of data sources, and Macie itself if it is not on.

    What the job finds is evidence for policies: a personal column that a table does not declare as such.

    Attributes:
        job: The job. Nothing of a job can change: another scope is another job.
        session: Macie in the account, if it is turned on here.
    """

    job: aws.macie2.ClassificationJob
    session: aws.macie2.Account | None

    def __init__(
        self,
        name: str,
        account: str,
        sources: Sequence[DataSource],
        schedule: Literal["once", "daily", "weekly", "monthly"] = "once",
        opts: pulumi.ResourceOptions | None = None,
        *,
        macie_is_on: bool = False,
        sampling_percentage: int = 100,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Declare the job.

        Args:
            name: The component's name; also the first word of its children's names.
            account: The AWS account of the buckets, 12 digits.
            sources: What to scan: their buckets, below their key prefixes.
            schedule: How often: once; every day; every Monday; on the first day of every month.
            opts: Options, such as the AWS provider of the account.
            macie_is_on: Whether Macie is on already, as in an organization that manages it centrally.
            sampling_percentage: The share of objects to look into, 1 to 100 percent.
            tags: Tags of the job.

        Raises:
            ValueError: There is nothing to scan, or the share is out of range.
        """
        if not sources:
            message = "a scan needs at least one data source"
            raise ValueError(message)
        if not 1 <= sampling_percentage <= 100:  # noqa: PLR2004 - percent
            message = f"sampling_percentage is 1 to 100 percent; found {sampling_percentage}"
            raise ValueError(message)
        super().__init__("cleanrooms:components:SensitiveDataScan", name, {}, opts)
        here = pulumi.ResourceOptions(parent=self)
        self.session = None
        if not macie_is_on:
            self.session = aws.macie2.Account(f"{name}-macie", status="ENABLED", opts=here)
        self.job = aws.macie2.ClassificationJob(
            f"{name}-job",
            job_type="ONE_TIME" if schedule == "once" else "SCHEDULED",
            name_prefix=f"{name}-",
            initial_run=None if schedule == "once" else True,
            sampling_percentage=sampling_percentage,
            s3_job_definition=_scope(account, sources),
            schedule_frequency=_SCHEDULES[schedule],
            tags=dict(tags or {}),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.session] if self.session else None),
        )
        self.register_outputs({"jobId": self.job.job_id})


_SCHEDULES: Mapping[str, aws.macie2.ClassificationJobScheduleFrequencyArgsDict | None] = {
    "once": None,
    "daily": {"daily_schedule": True},
    "weekly": {"weekly_schedule": "MONDAY"},
    "monthly": {"monthly_schedule": 1},
}


def _scope(account: str, sources: Sequence[DataSource]) -> aws.macie2.ClassificationJobS3JobDefinitionArgsDict:
    buckets = sorted({source.bucket for source in sources})
    definition: aws.macie2.ClassificationJobS3JobDefinitionArgsDict = {
        "bucket_definitions": [{"account_id": account, "buckets": buckets}]
    }
    prefixes = sorted({source.key_prefix for source in sources if source.key_prefix})
    # One source without a prefix means its whole bucket, so that no prefix may narrow the job.
    if all(source.key_prefix for source in sources):
        term: aws.macie2.ClassificationJobS3JobDefinitionScopingIncludesAndSimpleScopeTermArgsDict = {
            "comparator": "STARTS_WITH",
            "key": "OBJECT_KEY",
            "values": prefixes,
        }
        definition["scoping"] = {"includes": {"ands": [{"simple_scope_term": term}]}}
    return definition
