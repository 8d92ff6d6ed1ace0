"""A snapshot of what Amazon Macie knows about an account's buckets: jobs and their findings.

With it, policies check tables without credentials: which jobs analysed the location of a table's files, and in which
columns sensitive data was found.

Source: API GetFindings (Finding), DescribeClassificationJob; Macie userguide/findings-locate-sd-schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from pydantic import AwareDatetime, Field

from declarations.base import AccountId
from declarations.macie import ClassificationJobDescription, MacieSession, Observed
from declarations.macie_scope import BucketCriteria, BucketCriterion, JobScopeTerm, Scoping

_FIRST_STEP = re.compile(r"""^\$(?:\[\d+\])*(?:\.(\w+)|\["([^"]+)"\]|\['([^']+)'\])""")
"""The first name of a JSONPath: the column of a record."""
_ALL_PERCENT = 100


class Cell(Observed):
    """A field of a CSV file. Source: API Cell."""

    column: int | None = None
    """The column's number, from 1."""
    column_name: str | None = None
    """The column's name, if the file has one."""
    row: int | None = None
    """The row's number, from 1."""


class JsonRecord(Observed):
    """A value of a JSON or Parquet file. Source: API Record."""

    json_path: str | None = None
    """The path to the value."""
    record_index: int | None = None
    """The record's index, from 0."""


class LineRange(Observed):
    """Lines of a text. Source: API Range."""

    start: int | None = None
    """The first line, from 1."""
    end: int | None = None
    """The last line."""
    start_column: int | None = None
    """The first character on the first line, from 1."""


class Occurrences(Observed):
    """Where some of the occurrences are. Source: API Occurrences."""

    cells: tuple[Cell, ...] | None = None
    """In CSV files."""
    records: tuple[JsonRecord, ...] | None = None
    """In JSON and Parquet files."""
    line_ranges: tuple[LineRange, ...] | None = None
    """In texts."""


class Detection(Observed):
    """What one identifier detected in an object. Source: API DefaultDetection, CustomDetection."""

    type: str | None = None
    """The managed data identifier; absent for a custom one."""
    name: str | None = None
    """The custom data identifier's name."""
    arn: str | None = None
    """The custom data identifier's ARN."""
    count: int | None = None
    """How many occurrences there are."""
    occurrences: Occurrences | None = None
    """Where some of them are."""

    @property
    def identifier(self) -> str:
        """What detected the data: a managed identifier's id, or a custom one's name."""
        return self.type or self.name or self.arn or ""


class SensitiveDataItem(Observed):
    """Detections of one category. Source: API SensitiveDataItem."""

    category: str | None = None
    """The category."""
    total_count: int | None = None
    """How many occurrences there are."""
    detections: tuple[Detection, ...] = ()
    """Identifier by identifier."""


class CustomDataIdentifiers(Observed):
    """Detections of custom data identifiers. Source: API CustomDataIdentifiers."""

    total_count: int | None = None
    """How many occurrences there are."""
    detections: tuple[Detection, ...] = ()
    """Identifier by identifier."""


class ClassificationStatus(Observed):
    """Whether all of an object was analysed. Source: API ClassificationResultStatus."""

    code: str | None = None
    """COMPLETE, PARTIAL or SKIPPED."""
    reason: str | None = None
    """Why not all of it was."""


class ClassificationResult(Observed):
    """What was found in an object. Source: API ClassificationResult."""

    additional_occurrences: bool | None = None
    """Whether there are occurrences whose place is not told."""
    sensitive_data: tuple[SensitiveDataItem, ...] | None = None
    """By managed data identifiers."""
    custom_data_identifiers: CustomDataIdentifiers | None = None
    """By custom data identifiers."""
    status: ClassificationStatus | None = None
    """Whether all of the object was analysed."""


class ClassificationDetails(Observed):
    """Which job found it. Source: API ClassificationDetails."""

    job_id: str | None = None
    """The job's id."""
    origin_type: str | None = None
    """A job, or automated discovery."""
    result: ClassificationResult | None = None
    """What was found."""


class FoundBucket(Observed):
    """The bucket of a finding. Source: API S3Bucket."""

    name: str | None = None
    """Its name."""


class FoundObject(Observed):
    """The object of a finding. Source: API S3Object."""

    key: str | None = None
    """Its key."""


class ResourcesAffected(Observed):
    """Where a finding is. Source: API ResourcesAffected."""

    s3_bucket: FoundBucket | None = None
    """The bucket."""
    s3_object: FoundObject | None = None
    """The object."""


class FindingSeverity(Observed):
    """How severe a finding is. Source: API Severity."""

    description: str | None = None
    """Low, Medium or High."""
    score: int | None = None
    """1 to 3."""


class MacieFinding(Observed):
    """A finding, as far as policies need it. Source: API Finding."""

    id: str
    """Its id."""
    type: str | None = None
    """Its type, such as SensitiveData:S3Object/Personal."""
    archived: bool | None = None
    """Whether a filter suppressed it; it still counts as a finding."""
    sample: bool | None = None
    """Whether it was made up as an example."""
    created_at: AwareDatetime | None = None
    """When it was made."""
    severity: FindingSeverity | None = None
    """How severe it is."""
    classification_details: ClassificationDetails | None = None
    """What was found; absent for findings about a bucket's settings."""
    resources_affected: ResourcesAffected | None = None
    """Where."""

    @property
    def bucket(self) -> str:
        """The bucket's name; empty when it is not told."""
        held = self.resources_affected and self.resources_affected.s3_bucket
        return (held and held.name) or ""

    @property
    def key(self) -> str:
        """The object's key; empty when it is not told."""
        held = self.resources_affected and self.resources_affected.s3_object
        return (held and held.key) or ""

    def detections(self) -> Iterator[Detection]:
        """Yield what each identifier detected."""
        result = self.classification_details and self.classification_details.result
        if result:
            for item in result.sensitive_data or ():
                yield from item.detections
            if result.custom_data_identifiers:
                yield from result.custom_data_identifiers.detections


class FoundColumn(NamedTuple):
    """A column in which sensitive data was found.

    Attributes:
        name: Its name in lower case, as Glue has it; None when the finding names no column: a text, or a CSV file
            without a header.
        position: Its number in the file, from 1; None when it is not told.
        identifier: What detected the data.
        finding: The finding.
    """

    name: str | None
    position: int | None
    identifier: str
    finding: MacieFinding


class Coverage(StrEnum):
    """How much of a location a job analyses, whatever identifiers it looks for."""

    WHOLE = "whole"
    """Every object."""
    PART = "part"
    """Some objects, such as those newer than the job, or a share that the declaration does not determine."""
    NONE = "none"
    """No object."""


class MacieEvidence(Observed):
    """Jobs and findings of one account and region at one moment; the format of evidence files."""

    account: AccountId
    """The account whose Macie was asked."""
    region: Annotated[str, Field(min_length=1)]
    """The region."""
    pulled_at: AwareDatetime
    """When it was asked."""
    session: MacieSession | None = None
    """The session; absent when Macie is not enabled."""
    jobs: tuple[ClassificationJobDescription, ...] = ()
    """All jobs, as described."""
    findings: tuple[MacieFinding, ...] = ()
    """All findings about sensitive data."""

    def found_columns(self, bucket: str, prefix: str = "") -> Iterator[FoundColumn]:
        """Yield the columns below `bucket/prefix` with sensitive data, once per finding and identifier.

        Args:
            bucket: The bucket's name.
            prefix: What the keys of a table's objects begin with.
        """
        for finding in self.findings:
            if finding.bucket == bucket and finding.key.startswith(prefix) and not finding.sample:
                yield from _columns(finding)

    def covering_jobs(
        self, bucket: str, prefix: str = "", owner: str | None = None
    ) -> Iterator[tuple[ClassificationJobDescription, Coverage]]:
        """Yield the jobs that analyse `bucket/prefix` at least in part, and how much of it.

        Args:
            bucket: The bucket's name.
            prefix: What the keys of a table's objects begin with.
            owner: The account that owns the bucket; the evidence's own when absent.
        """
        for job in self.jobs:
            how_much = coverage(job, bucket, prefix, owner or self.account)
            if how_much is not Coverage.NONE:
                yield job, how_much

    def to_file(self) -> dict[str, Any]:
        """Return what an evidence file holds: JSON, camelCase, without absent members."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def coverage(job: ClassificationJobDescription, bucket: str, prefix: str, owner: str) -> Coverage:
    """Return how much of `bucket/prefix` a job analyses.

    A condition that depends on facts only the service knows (tags, access, sizes, times) counts as PART.

    Args:
        job: The job.
        bucket: The bucket's name.
        prefix: What the keys begin with.
        owner: The account that owns the bucket.
    """
    definition = job.s3_job_definition
    if definition is None:
        return Coverage.NONE
    if definition.bucket_definitions:
        named = any(each.account_id == owner and bucket in each.buckets for each in definition.bucket_definitions)
        buckets = Coverage.WHOLE if named else Coverage.NONE
    else:
        buckets = _of_criteria(definition.bucket_criteria or BucketCriteria(), bucket, owner)
    sampled = (job.sampling_percentage or _ALL_PERCENT) < _ALL_PERCENT
    # A scheduled job analyses what is new since its last run; its first run, only what is newer than the job.
    leaves_out_older = job.job_type != "ONE_TIME" and not job.initial_run
    parts = (
        buckets,
        _of_scoping(definition.scoping or Scoping(), prefix),
        Coverage.PART if sampled or leaves_out_older else Coverage.WHOLE,
    )
    return _least(*parts)


def _least(*parts: Coverage) -> Coverage:
    order = (Coverage.NONE, Coverage.PART, Coverage.WHOLE)
    return min(parts, key=order.index)


def _opposite(part: Coverage) -> Coverage:
    return {Coverage.WHOLE: Coverage.NONE, Coverage.NONE: Coverage.WHOLE}.get(part, Coverage.PART)


def _of_criteria(criteria: BucketCriteria, bucket: str, owner: str) -> Coverage:
    facts = {"ACCOUNT_ID": owner, "S3_BUCKET_NAME": bucket}
    included = [_of_criterion(each, facts) for each in (criteria.includes and criteria.includes.and_) or ()]
    excluded = [_of_criterion(each, facts) for each in (criteria.excludes and criteria.excludes.and_) or ()]
    left = _opposite(_least(*excluded)) if excluded else Coverage.WHOLE
    return _least(Coverage.WHOLE, *included, left)


def _of_criterion(criterion: BucketCriterion, facts: dict[str, str]) -> Coverage:
    simple = criterion.simple_criterion
    if simple is None or simple.key not in facts:
        return Coverage.PART
    equal = facts[simple.key] in (simple.values or ())
    return Coverage.WHOLE if equal == (simple.comparator == "EQ") else Coverage.NONE


def _of_scoping(scoping: Scoping, prefix: str) -> Coverage:
    included = [_of_term(each, prefix) for each in (scoping.includes and scoping.includes.and_) or ()]
    excluded = [_of_term(each, prefix) for each in (scoping.excludes and scoping.excludes.and_) or ()]
    left = _opposite(_least(*excluded)) if excluded else Coverage.WHOLE
    return _least(Coverage.WHOLE, *included, left)


def _of_term(term: JobScopeTerm, prefix: str) -> Coverage:
    """Return how many of the objects below *prefix* meet a condition."""
    simple = term.simple_scope_term
    if simple is None or simple.key != "OBJECT_KEY":
        return Coverage.PART
    values = simple.values or ()
    if any(prefix.startswith(value) for value in values):
        return Coverage.WHOLE
    return Coverage.PART if any(value.startswith(prefix) for value in values) else Coverage.NONE


def _columns(finding: MacieFinding) -> Iterator[FoundColumn]:
    for detection in finding.detections():
        places = dict.fromkeys(_places(detection.occurrences or Occurrences()))
        for name, position in places or {(None, None): None}:
            yield FoundColumn(name, position, detection.identifier, finding)


def _places(occurrences: Occurrences) -> Iterator[tuple[str | None, int | None]]:
    for cell in occurrences.cells or ():
        yield cell.column_name.lower() if cell.column_name else None, cell.column
    for record in occurrences.records or ():
        match = _FIRST_STEP.match(record.json_path or "")
        yield (match[1] or match[2] or match[3]).lower() if match else None, None
