"""Amazon Macie: the session of an account, and classification jobs as requested and as described by the service.

Source: API GetMacieSession, CreateClassificationJob, DescribeClassificationJob.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from declarations.base import Declaration, Flag, Problem, Tags
from declarations.macie_scope import S3JobDefinition
from declarations.quotas import exceeded

JobType = Literal["ONE_TIME", "SCHEDULED"]
"""Whether a job runs once or again and again. Source: API JobType."""

JobStatus = Literal["RUNNING", "PAUSED", "CANCELLED", "COMPLETE", "IDLE", "USER_PAUSED"]
"""What a job does at present. Source: API JobStatus."""

ManagedDataIdentifierSelector = Literal["ALL", "EXCLUDE", "INCLUDE", "NONE", "RECOMMENDED"]
"""Which managed data identifiers a job uses; RECOMMENDED when absent. Source: API ManagedDataIdentifierSelector."""

DayOfWeek = Literal["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"]
"""A day of the week. Source: API DayOfWeek."""

Whole = Annotated[int, Field(strict=True)]
"""A whole number."""

RESERVED_TAGS = "aws:"
"""Reserved prefix of tag keys. Source: Macie userguide/tags."""

_LAST_DAY = 31
_ALL_PERCENT = 100
_NAMING = ("INCLUDE", "EXCLUDE")
"""The selectors that name identifiers."""


class Observed(Declaration):
    """A response of the service: members that are not declared here are ignored."""

    model_config = ConfigDict(extra="ignore")


class MacieSession(Observed):
    """Macie in an account and a region. Source: API GetMacieSessionResponse."""

    created_at: AwareDatetime | None = None
    """When Macie was enabled."""
    finding_publishing_frequency: Literal["FIFTEEN_MINUTES", "ONE_HOUR", "SIX_HOURS"] | None = None
    """How often updates of policy findings are published."""
    service_role: str | None = None
    """The role by which Macie reads the account's buckets."""
    status: Literal["PAUSED", "ENABLED"] | None = None
    """Whether Macie works."""
    updated_at: AwareDatetime | None = None
    """When the session was changed last."""


class DailySchedule(Declaration):
    """Every day. Source: API DailySchedule."""


class WeeklySchedule(Declaration):
    """Once a week. Source: API WeeklySchedule."""

    day_of_week: DayOfWeek | None = None
    """The day."""

    def problems(self) -> Iterator[Problem]:
        """The day is named."""
        if self.day_of_week is None:
            yield Problem(("day_of_week",), "a weekly schedule names its day of the week")


class MonthlySchedule(Declaration):
    """Once a month; a month without that day is left out. Source: API MonthlySchedule."""

    day_of_month: Whole | None = None
    """The day, 1 to 31."""

    def problems(self) -> Iterator[Problem]:
        """The day is one of a month."""
        if self.day_of_month is None or not 1 <= self.day_of_month <= _LAST_DAY:
            yield Problem(("day_of_month",), f"a day of the month is 1 to {_LAST_DAY}; found {self.day_of_month}")


class JobScheduleFrequency(Declaration):
    """When a scheduled job runs. Source: API JobScheduleFrequency."""

    daily_schedule: DailySchedule | None = None
    """Every day."""
    weekly_schedule: WeeklySchedule | None = None
    """On a day of each week."""
    monthly_schedule: MonthlySchedule | None = None
    """On a day of each month."""

    def problems(self) -> Iterator[Problem]:
        """Exactly one pattern is present."""
        names = ("daily_schedule", "weekly_schedule", "monthly_schedule")
        present = [name for name in names if getattr(self, name) is not None]
        if len(present) != 1:
            message = "exactly one of dailySchedule, weeklySchedule, monthlySchedule must be present"
            yield Problem((), f"{message}; found {len(present)}")


class JobSettings(Declaration):
    """What the request for a job and its description have in common. Source: API CreateClassificationJobRequest."""

    allow_list_ids: tuple[str, ...] | None = None
    """Lists of text that is not reported."""
    custom_data_identifier_ids: tuple[str, ...] | None = None
    """The custom data identifiers that the job uses."""
    description: str | None = None
    """What the job is for."""
    initial_run: Flag | None = None
    """Whether a scheduled job analyses the objects that exist already, at once; else it never looks at them."""
    managed_data_identifier_ids: tuple[str, ...] | None = None
    """What INCLUDE and EXCLUDE name."""
    managed_data_identifier_selector: ManagedDataIdentifierSelector | None = None
    """Which managed data identifiers the job uses; RECOMMENDED when absent."""
    sampling_percentage: Whole | None = None
    """The percentage of objects that are analysed; all when absent."""
    schedule_frequency: JobScheduleFrequency | None = None
    """When a scheduled job runs."""
    tags: Tags | None = None
    """Tags of the job."""


class ClassificationJob(JobSettings):
    """A classification job to be created. Source: API CreateClassificationJobRequest."""

    identifiers: ClassVar[tuple[str, ...]] = ("client_token",)

    job_type: JobType
    """Whether it runs once or again and again."""
    name: str
    """The job's name."""
    s3_job_definition: S3JobDefinition
    """What it analyses."""

    def problems(self) -> Iterator[Problem]:
        """Schedule, sampling and identifiers agree with each other, and nothing is too long."""
        yield from self._length_problems()
        yield from self._schedule_problems()
        yield from self._identifier_problems()
        percentage = self.sampling_percentage
        if percentage is not None and not 1 <= percentage <= _ALL_PERCENT:
            yield Problem(("sampling_percentage",), f"samplingPercentage is 1 to 100; found {percentage}")

    def _length_problems(self) -> Iterator[Problem]:
        counts = (
            ("name", "macie_name", self.name),
            ("description", "macie_description", self.description),
            ("allow_list_ids", "macie_allow_lists_per_job", self.allow_list_ids),
            ("custom_data_identifier_ids", "macie_custom_identifiers_per_job", self.custom_data_identifier_ids),
            ("tags", "macie_tags", self.tags),
        )
        for field, quota, value in counts:
            if message := exceeded(quota, len(value or ())):
                yield Problem((field,), message)
        if not self.name:
            yield Problem(("name",), "a job needs a name; found ''")
        for key in self.tags or ():
            if key.startswith(RESERVED_TAGS):
                yield Problem(("tags", key), f"keys of tags that begin with {RESERVED_TAGS!r} are reserved")

    def _schedule_problems(self) -> Iterator[Problem]:
        if self.job_type == "SCHEDULED" and self.schedule_frequency is None:
            yield Problem(("schedule_frequency",), "a SCHEDULED job needs scheduleFrequency")
        if self.job_type == "ONE_TIME":
            if self.schedule_frequency is not None:
                yield Problem(("schedule_frequency",), "a ONE_TIME job has no scheduleFrequency")
            if self.initial_run:
                yield Problem(("initial_run",), "initialRun is for SCHEDULED jobs")

    def _identifier_problems(self) -> Iterator[Problem]:
        selector = self.managed_data_identifier_selector
        named = self.managed_data_identifier_ids
        if selector in _NAMING and not named:
            yield Problem(("managed_data_identifier_ids",), f"{selector} needs managedDataIdentifierIds")
        if named and selector not in _NAMING:
            message = f"managedDataIdentifierIds go with INCLUDE, EXCLUDE; found {selector or 'no selector'}"
            yield Problem(("managed_data_identifier_ids",), message)
        if selector == "NONE" and not self.custom_data_identifier_ids:
            yield Problem(("custom_data_identifier_ids",), "NONE needs at least one custom data identifier")


class LastRunErrorStatus(Observed):
    """Whether the last run met accounts or buckets that it could not read. Source: API LastRunErrorStatus."""

    code: Literal["NONE", "ERROR"] | None = None
    """ERROR when not all the data was processed."""


class JobStatistics(Observed):
    """How far a job has come. Source: API Statistics."""

    approximate_number_of_objects_to_process: float | None = None
    """Objects that the present run has yet to process."""
    number_of_runs: float | None = None
    """How often the job has run."""


class UserPausedDetails(Observed):
    """Since when a job is paused. Source: API UserPausedDetails."""

    job_expires_at: AwareDatetime | None = None
    """When the job, or its run, is cancelled unless it is resumed."""
    job_imminent_expiration_health_event_arn: str | None = None
    """The warning of that; absent in the first 23 days."""
    job_paused_at: AwareDatetime | None = None
    """When it was paused."""


class ClassificationJobDescription(JobSettings):
    """A classification job as the service describes it. Source: API DescribeClassificationJobResponse."""

    model_config = ConfigDict(extra="ignore")

    client_token: str | None = None
    """The token of the request that created it."""
    created_at: AwareDatetime | None = None
    """When it was created."""
    job_arn: str | None = None
    """Its ARN."""
    job_id: str | None = None
    """Its id."""
    job_status: JobStatus | None = None
    """What it does at present."""
    job_type: JobType | None = None
    """Whether it runs once or again and again."""
    last_run_error_status: LastRunErrorStatus | None = None
    """Whether its last run could read everything."""
    last_run_time: AwareDatetime | None = None
    """When its last run began; when it was created, if it has not run yet."""
    name: str | None = None
    """Its name."""
    s3_job_definition: S3JobDefinition | None = None
    """What it analyses."""
    statistics: JobStatistics | None = None
    """How far it has come."""
    user_paused_details: UserPausedDetails | None = None
    """Since when it is paused."""

    @property
    def finished(self) -> bool:
        """Whether a run has ended, and no error kept it from the data: COMPLETE, or IDLE after a run."""
        ran = self.job_status == "COMPLETE" or (self.job_status == "IDLE" and self._runs > 0)
        return ran and self.last_run_error_status is not None and self.last_run_error_status.code == "NONE"

    @property
    def _runs(self) -> float:
        return (self.statistics and self.statistics.number_of_runs) or 0
