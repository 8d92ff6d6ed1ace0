"""Jobs, sessions and evidence of Amazon Macie: the shapes of the service, what contradicts itself, what is covered."""

from __future__ import annotations

import copy
from typing import Any

import botocore.session
import pytest
from botocore.model import ListShape, Shape, StructureShape
from botocore.validate import ParamValidator
from pydantic import BaseModel, ValidationError

from declarations.base import CAMEL_CASE_PATHS
from declarations.macie import ClassificationJob, ClassificationJobDescription, MacieSession
from declarations.macie_evidence import MacieFinding
from tests.compliant.classification_job import BUCKET_CRITERIA, REQUEST, RESPONSE, SESSION, criterion, tagged
from tests.declarations.changes import change, errors_of
from tests.declarations.service_model import differences, peeled

SERVICE = botocore.session.get_session().get_service_model("macie2")
STRICTER = {
    "ClassificationJob.s3JobDefinition.bucketDefinitions[].accountId": "an account id has twelve digits",
    "ClassificationJob.tags": "the limits that the API's reference tells in words",
}
"""Where we refuse what the shapes allow, and why."""


def _input(name: str) -> StructureShape:
    shape = SERVICE.operation_model(name).input_shape
    assert shape is not None
    return shape


def _output(name: str) -> StructureShape:
    shape = SERVICE.operation_model(name).output_shape
    assert shape is not None
    return shape


def _request() -> dict[str, Any]:
    return {name: copy.deepcopy(value) for name, value in REQUEST.items() if name != "clientToken"}


def _job(body: dict[str, Any]) -> ClassificationJob:
    return ClassificationJob.model_validate(body, by_alias=True, by_name=False, context={CAMEL_CASE_PATHS: True})


def test_request_has_the_shape_of_the_service() -> None:
    shape = _input("CreateClassificationJob")
    found = differences(ClassificationJob, shape, "ClassificationJob", frozenset({"clientToken"}))
    assert [each for each in found if not each.startswith(tuple(STRICTER))] == []


def test_compliant_example_is_complete_and_valid() -> None:
    shape = _input("CreateClassificationJob")
    assert ParamValidator().validate(REQUEST, shape).generate_report() == ""
    assert set(REQUEST) == set(shape.members)
    assert set(RESPONSE) == set(_output("DescribeClassificationJob").members)
    assert set(SESSION) == set(_output("GetMacieSession").members)


def _unknown(model: type[BaseModel], shape: Shape, path: str) -> list[str]:
    """Return the members of *model* that *shape* does not have."""
    while isinstance(shape, ListShape):
        shape = shape.member
    assert isinstance(shape, StructureShape)
    found = []
    for name, field in model.model_fields.items():
        alias = field.alias or name
        if alias not in shape.members:
            found.append(f"{path}.{alias}")
            continue
        kind, _ = peeled(field.annotation)
        inner = kind.__args__[0] if getattr(kind, "__origin__", None) is tuple else kind
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found += _unknown(inner, shape.members[alias], f"{path}.{alias}")
    return found


def test_what_is_observed_is_what_the_service_answers() -> None:
    assert _unknown(ClassificationJobDescription, _output("DescribeClassificationJob"), "job") == []
    assert _unknown(MacieSession, _output("GetMacieSession"), "session") == []
    findings = _output("GetFindings").members["findings"]
    detections = "finding.classificationDetails.result"
    assert _unknown(MacieFinding, findings, "finding") == [
        # One class stands for detections of managed identifiers, which have a type, and of custom ones.
        f"{detections}.sensitiveData.detections.name",
        f"{detections}.sensitiveData.detections.arn",
        f"{detections}.customDataIdentifiers.detections.type",
    ]


def test_request_round_trip() -> None:
    assert _job(_request()).to_request(client_token=REQUEST["clientToken"]) == REQUEST
    left_out = {"jobType": "ONE_TIME", "scheduleFrequency": None, "initialRun": None}
    once = {name: value for name, value in (_request() | left_out).items() if value is not None}
    assert _job(once).to_request() == once
    criteria = _request() | {"s3JobDefinition": {"bucketCriteria": BUCKET_CRITERIA}}
    assert _job(criteria).to_request() == criteria


def test_response_is_read() -> None:
    job = ClassificationJobDescription.from_response(RESPONSE | {"newMember": 1})
    assert job.model_dump(mode="json", by_alias=True, exclude_none=True) == RESPONSE
    assert MacieSession.from_response(SESSION).model_dump(mode="json", by_alias=True) == SESSION


CRITERIA = "s3JobDefinition.bucketCriteria.includes.and"
TERM = "s3JobDefinition.scoping.includes.and.0.simpleScopeTerm"
TAG_TERM = "s3JobDefinition.scoping.includes.and.1.tagScopeTerm"
BROKEN: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "no name": ({"name": ""}, {"name": "a job needs a name; found ''"}),
    "long name": (
        {"name": "n" * 501},
        {"name": "at most 500 characters in the name of a classification job are allowed; found 501"},
    ),
    "no schedule": (
        {"scheduleFrequency": None},
        {"scheduleFrequency": "a SCHEDULED job needs scheduleFrequency"},
    ),
    "once": (
        {"jobType": "ONE_TIME"},
        {
            "scheduleFrequency": "a ONE_TIME job has no scheduleFrequency",
            "initialRun": "initialRun is for SCHEDULED jobs",
        },
    ),
    "two schedules": (
        {"scheduleFrequency": {"dailySchedule": {}, "monthlySchedule": {"dayOfMonth": 1}}},
        {"scheduleFrequency": "exactly one of dailySchedule, weeklySchedule, monthlySchedule must be present; found 2"},
    ),
    "no day of the week": (
        {"scheduleFrequency": {"weeklySchedule": {}}},
        {"scheduleFrequency.weeklySchedule.dayOfWeek": "a weekly schedule names its day of the week"},
    ),
    "no day of the month": (
        {"scheduleFrequency": {"monthlySchedule": {"dayOfMonth": 32}}},
        {"scheduleFrequency.monthlySchedule.dayOfMonth": "a day of the month is 1 to 31; found 32"},
    ),
    "percentage": ({"samplingPercentage": 101}, {"samplingPercentage": "samplingPercentage is 1 to 100; found 101"}),
    "nothing named": (
        {"managedDataIdentifierIds": []},
        {"managedDataIdentifierIds": "EXCLUDE needs managedDataIdentifierIds"},
    ),
    "named in vain": (
        {"managedDataIdentifierSelector": "ALL"},
        {"managedDataIdentifierIds": "managedDataIdentifierIds go with INCLUDE, EXCLUDE; found ALL"},
    ),
    "no identifiers": (
        {"managedDataIdentifierSelector": "NONE", "managedDataIdentifierIds": None, "customDataIdentifierIds": None},
        {"customDataIdentifierIds": "NONE needs at least one custom data identifier"},
    ),
    "no buckets": (
        {"s3JobDefinition": {}},
        {"s3JobDefinition": "exactly one of bucketCriteria, bucketDefinitions must be present; found none"},
    ),
    "buckets twice": (
        {"s3JobDefinition.bucketCriteria": BUCKET_CRITERIA},
        {"s3JobDefinition": "exactly one of bucketCriteria, bucketDefinitions must be present; found both"},
    ),
    "too many buckets": (
        {"s3JobDefinition.bucketDefinitions.0.buckets": ["bucket"] * 1001},
        {"s3JobDefinition.bucketDefinitions": "at most 1,000 buckets per classification job are allowed; found 1,001"},
    ),
    "comparator": (
        {f"{TERM}.comparator": "EQ"},
        {f"{TERM}.comparator": "OBJECT_KEY is compared by STARTS_WITH; found EQ"},
    ),
    "several sizes": (
        {TERM: {"comparator": "EQ", "key": "OBJECT_SIZE", "values": ["1", "many"]}},
        {
            f"{TERM}.values": "OBJECT_SIZE is compared with one value; found 2",
            f"{TERM}.values.1": "a size is a number of bytes; found 'many'",
        },
    ),
    "time": (
        {TERM: {"comparator": "GT", "key": "OBJECT_LAST_MODIFIED_DATE", "values": ["yesterday"]}},
        {f"{TERM}.values.0": "a time is written as 2026-01-31T12:00:00Z; found 'yesterday'"},
    ),
    "enormous size": (
        {TERM: {"comparator": "GT", "key": "OBJECT_SIZE", "values": ["9" * 5000]}},
        {f"{TERM}.values.0": "a size is a number of bytes; found 5000 characters"},
    ),
    "week": (
        {TERM: {"comparator": "GT", "key": "OBJECT_LAST_MODIFIED_DATE", "values": ["2026-W05"]}},
        {f"{TERM}.values.0": "a time is written as 2026-01-31T12:00:00Z; found '2026-W05'"},
    ),
    "time without hyphens": (
        {TERM: {"comparator": "GT", "key": "OBJECT_LAST_MODIFIED_DATE", "values": ["20260131"]}},
        {f"{TERM}.values.0": "a time is written as 2026-01-31T12:00:00Z; found '20260131'"},
    ),
    "no such day": (
        {TERM: {"comparator": "GT", "key": "OBJECT_LAST_MODIFIED_DATE", "values": ["2026-02-30"]}},
        {f"{TERM}.values.0": "a time is written as 2026-01-31T12:00:00Z; found '2026-02-30'"},
    ),
    "no bucket named": (
        {"s3JobDefinition.bucketDefinitions.0.buckets": []},
        {"s3JobDefinition.bucketDefinitions.0.buckets": "at least one bucket must be named; found none"},
    ),
    "names of no buckets": (
        {"s3JobDefinition.bucketDefinitions.0.buckets": ["", "lake", "a", "lake/"]},
        {
            "s3JobDefinition.bucketDefinitions.0.buckets.0": "'' cannot be the name of a bucket",
            "s3JobDefinition.bucketDefinitions.0.buckets.2": "'a' cannot be the name of a bucket",
            "s3JobDefinition.bucketDefinitions.0.buckets.3": "'lake/' cannot be the name of a bucket",
        },
    ),
    "reserved tag": ({"tags": {"aws:x": "1"}}, {"tags.aws:x": "keys of tags that begin with 'aws:' are reserved"}),
    "tag without a key": (
        {f"{TAG_TERM}.tagValues": [{"value": "raw"}]},
        {f"{TAG_TERM}.tagValues.0": "a condition on an object's tags names the tag's key"},
    ),
    "tag of a bucket without anything": (
        {"s3JobDefinition": {"bucketCriteria": {"includes": {"and": [tagged({}, {"key": "a"}, {"value": "b"})]}}}},
        {
            f"{CRITERIA}.0.tagCriterion.tagValues.0": "a condition on a bucket's tags names a key, a value or both",
        },
    ),
    "values of no bucket": (
        {
            "s3JobDefinition": {
                "bucketCriteria": {
                    "includes": {
                        "and": [
                            criterion("ACCOUNT_ID", "EQ", "111111111111", "12"),
                            criterion("S3_BUCKET_NAME", "EQ", "lake/"),
                            criterion("S3_BUCKET_EFFECTIVE_PERMISSION", "EQ", "public"),
                            criterion("S3_BUCKET_SHARED_ACCESS", "EQ", "SHARED"),
                        ]
                    }
                }
            }
        },
        {
            f"{CRITERIA}.0.simpleCriterion.values.1": "ACCOUNT_ID is compared with an account id of 12 digits; "
            "found '12'",
            f"{CRITERIA}.1.simpleCriterion.values.0": "S3_BUCKET_NAME is compared with the name of a bucket; "
            "found 'lake/'",
            f"{CRITERIA}.2.simpleCriterion.values.0": "S3_BUCKET_EFFECTIVE_PERMISSION is compared with PUBLIC, "
            "NOT_PUBLIC or UNKNOWN; found 'public'",
            f"{CRITERIA}.3.simpleCriterion.values.0": "S3_BUCKET_SHARED_ACCESS is compared with EXTERNAL, INTERNAL, "
            "NOT_SHARED or UNKNOWN; found 'SHARED'",
        },
    ),
    "empty term": ({TERM: {}}, {TERM: "a condition needs key, comparator and values"}),
    "no term": (
        {"s3JobDefinition.scoping.includes.and.0": {}},
        {
            "s3JobDefinition.scoping.includes.and.0": "exactly one of simpleScopeTerm, tagScopeTerm must be present; "
            "found 0"
        },
    ),
    "tag term": (
        {TAG_TERM: {"comparator": "GT", "key": "SIZE", "tagValues": []}},
        {
            f"{TAG_TERM}.key": "the key of a condition on tags is TAG; found SIZE",
            f"{TAG_TERM}.comparator": "tags are compared by EQ, NE; found GT",
            f"{TAG_TERM}.tagValues": "a condition on tags needs at least one tag",
        },
    ),
    "criterion": (
        {"s3JobDefinition": {"bucketCriteria": {"includes": {"and": [{"simpleCriterion": {"comparator": "GT"}}]}}}},
        {
            "s3JobDefinition.bucketCriteria.includes.and.0.simpleCriterion": "a criterion needs key, comparator and "
            "values",
            "s3JobDefinition.bucketCriteria.includes.and.0.simpleCriterion.comparator": "buckets are compared by EQ, "
            "NE; found GT",
        },
    ),
    "no criterion": (
        {"s3JobDefinition": {"bucketCriteria": {"includes": {"and": [{}]}}}},
        {
            "s3JobDefinition.bucketCriteria.includes.and.0": "exactly one of simpleCriterion, tagCriterion must be "
            "present; found 0"
        },
    ),
    "tag criterion": (
        {"s3JobDefinition": {"bucketCriteria": {"includes": {"and": [{"tagCriterion": {"comparator": "EQ"}}]}}}},
        {
            "s3JobDefinition.bucketCriteria.includes.and.0.tagCriterion.tagValues": "a condition on tags needs at "
            "least one tag"
        },
    ),
}


@pytest.mark.parametrize(("changes", "errors"), BROKEN.values(), ids=BROKEN)
def test_one_broken_thing(changes: dict[str, Any], errors: dict[str, str]) -> None:
    request = _request()
    for path, value in changes.items():
        change(request, path, value)
    with pytest.raises(ValidationError) as refused:
        _job(request)
    assert errors_of(refused.value) == errors


def test_allowed_terms() -> None:
    request = _request()
    for key, value in (("OBJECT_LAST_MODIFIED_DATE", "2026-01-31T12:00:00Z"), ("OBJECT_SIZE", "10")):
        change(request, TERM, {"comparator": "GT", "key": key, "values": [value]})
        assert _job(request).to_request() == request


@pytest.mark.parametrize(
    ("status", "error", "runs", "finished"),
    [
        ("COMPLETE", "NONE", 1, True),
        ("COMPLETE", "ERROR", 1, False),
        ("COMPLETE", None, 1, False),
        ("IDLE", "NONE", 2, True),
        ("IDLE", "NONE", 0, False),
        ("IDLE", "NONE", None, False),
        ("RUNNING", "NONE", 1, False),
        ("CANCELLED", "NONE", 1, False),
    ],
)
def test_finished(status: str, error: str | None, runs: int | None, *, finished: bool) -> None:
    described = RESPONSE | {
        "jobStatus": status,
        "lastRunErrorStatus": error and {"code": error},
        "statistics": None if runs is None else {"numberOfRuns": runs},
    }
    assert ClassificationJobDescription.from_response(described).finished is finished
