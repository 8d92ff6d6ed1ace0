"""Evidence of Amazon Macie: which jobs covered a place, and which columns were found to hold what."""

from __future__ import annotations

from typing import Any

import pytest

from declarations.macie import ClassificationJobDescription
from declarations.macie_evidence import Coverage, FoundColumn, MacieEvidence, coverage
from tests.compliant.classification_job import RESPONSE, SESSION, criterion, finding, tagged


def _scoped(**blocks: list[dict[str, Any]]) -> dict[str, Any]:
    buckets = [{"accountId": "111111111111", "buckets": ["lake"]}]
    return {"bucketDefinitions": buckets, "scoping": {name: {"and": terms} for name, terms in blocks.items()}}


def _key(*values: str) -> dict[str, Any]:
    return {"simpleScopeTerm": {"comparator": "STARTS_WITH", "key": "OBJECT_KEY", "values": list(values)}}


_SIZE = {"simpleScopeTerm": {"comparator": "GT", "key": "OBJECT_SIZE", "values": ["10"]}}
_TAG = tagged({"key": "env"})
COVERAGES: dict[str, tuple[dict[str, Any], Coverage]] = {
    "named": (_scoped(), Coverage.WHOLE),
    "another bucket": (
        {"bucketDefinitions": [{"accountId": "111111111111", "buckets": ["logs"]}]},
        Coverage.NONE,
    ),
    "another owner": ({"bucketDefinitions": [{"accountId": "222222222222", "buckets": ["lake"]}]}, Coverage.NONE),
    "all buckets": ({"bucketCriteria": {}}, Coverage.WHOLE),
    "criteria": (
        {"bucketCriteria": {"includes": {"and": [criterion("S3_BUCKET_NAME", "EQ", "lake")]}}},
        Coverage.WHOLE,
    ),
    "other criteria": (
        {"bucketCriteria": {"includes": {"and": [criterion("S3_BUCKET_NAME", "NE", "lake")]}}},
        Coverage.NONE,
    ),
    "excluded account": (
        {"bucketCriteria": {"excludes": {"and": [criterion("ACCOUNT_ID", "EQ", "111111111111")]}}},
        Coverage.NONE,
    ),
    "perhaps excluded": ({"bucketCriteria": {"excludes": {"and": [_TAG]}}}, Coverage.PART),
    "perhaps included": (
        {
            "bucketCriteria": {
                "includes": {"and": [criterion("S3_BUCKET_SHARED_ACCESS", "EQ", "NOT_SHARED")]},
            }
        },
        Coverage.PART,
    ),
    "below": (_scoped(includes=[_key("sales")]), Coverage.WHOLE),
    "a part": (_scoped(includes=[_key("sales/2026/")]), Coverage.PART),
    "elsewhere": (_scoped(includes=[_key("logs/")]), Coverage.NONE),
    "left out": (_scoped(excludes=[_key("sales/")]), Coverage.NONE),
    "something left out": (_scoped(excludes=[_key("sales/tmp/")]), Coverage.PART),
    "nothing left out": (_scoped(excludes=[_key("logs/")]), Coverage.WHOLE),
    "by size": (_scoped(includes=[_SIZE]), Coverage.PART),
}


@pytest.mark.parametrize(("definition", "expected"), COVERAGES.values(), ids=COVERAGES)
def test_coverage(definition: dict[str, Any], expected: Coverage) -> None:
    job = ClassificationJobDescription.from_response(RESPONSE | {"s3JobDefinition": definition})
    assert coverage(job, "lake", "sales/", "111111111111") is expected
    evidence = _evidence(jobs=[RESPONSE | {"s3JobDefinition": definition}])
    listed = [] if expected is Coverage.NONE else [expected]
    assert [how_much for _, how_much in evidence.covering_jobs("lake", "sales/")] == listed


@pytest.mark.parametrize(
    ("job_type", "initial_run", "expected"),
    [
        ("SCHEDULED", True, Coverage.WHOLE),
        ("SCHEDULED", False, Coverage.PART),
        ("SCHEDULED", None, Coverage.PART),
        (None, None, Coverage.PART),
        ("ONE_TIME", False, Coverage.WHOLE),
        ("ONE_TIME", None, Coverage.WHOLE),
    ],
)
def test_a_schedule_that_leaves_out_what_exists_covers_a_part(
    job_type: str | None, *, initial_run: bool | None, expected: Coverage
) -> None:
    stated = {"s3JobDefinition": _scoped(), "jobType": job_type, "initialRun": initial_run}
    job = ClassificationJobDescription.from_response(RESPONSE | stated)
    assert coverage(job, "lake", "sales/", "111111111111") is expected


def test_sampling_and_unknown_definitions_cover_less() -> None:
    sampled = RESPONSE | {"s3JobDefinition": _scoped(), "samplingPercentage": 50}
    assert coverage(ClassificationJobDescription.from_response(sampled), "lake", "", "111111111111") is Coverage.PART
    assert coverage(ClassificationJobDescription(), "lake", "", "111111111111") is Coverage.NONE


def _evidence(**more: object) -> MacieEvidence:
    stated = {"account": "111111111111", "region": "us-east-1", "pulledAt": "2026-01-13T00:00:00Z"}
    return MacieEvidence.model_validate(stated | more)


def test_findings_map_to_columns() -> None:
    cells = {"cells": [{"column": 2, "columnName": "SSN", "row": 2}, {"column": 2, "columnName": "SSN", "row": 3}]}
    records = {"records": [{"jsonPath": "$.Email", "recordIndex": 0}, {"jsonPath": '$[3]["e mail"].x'}, {}]}
    lines = {"lineRanges": [{"start": 1, "end": 1, "startColumn": 1}]}
    custom = {"detections": [{"name": "member", "count": 1, "occurrences": {"cells": [{"column": 1, "row": 1}]}}]}
    found = finding(
        "sales/2026/part.csv",
        {"type": "USA_SOCIAL_SECURITY_NUMBER", "count": 2, "occurrences": cells},
        {"type": "EMAIL_ADDRESS", "count": 3, "occurrences": records},
        {"type": "NAME", "count": 1, "occurrences": lines},
        {"type": "ADDRESS", "count": 1},
    )
    found["classificationDetails"]["result"]["customDataIdentifiers"] = custom
    evidence = _evidence(
        findings=[
            found,
            finding("sales/sample.csv", {"type": "NAME", "count": 1}, sample=True),
            {"id": "policy", "type": "Policy:IAMUser/S3BucketPublic"},
        ]
    )
    (first, *_) = evidence.findings
    assert list(evidence.found_columns("lake", "sales/")) == [
        FoundColumn("ssn", 2, "USA_SOCIAL_SECURITY_NUMBER", first),
        FoundColumn("email", None, "EMAIL_ADDRESS", first),
        FoundColumn("e mail", None, "EMAIL_ADDRESS", first),
        FoundColumn(None, None, "EMAIL_ADDRESS", first),
        FoundColumn(None, None, "NAME", first),
        FoundColumn(None, None, "ADDRESS", first),
        FoundColumn(None, 1, "member", first),
    ]
    assert list(evidence.found_columns("lake", "logs/")) == list(evidence.found_columns("other")) == []
    assert list(evidence.findings[2].detections()) == []
    (alone,) = evidence.findings[1].detections()
    assert alone.identifier == "NAME"


def test_evidence_file_round_trip() -> None:
    evidence = _evidence(session=SESSION, jobs=[RESPONSE], findings=[finding("a.csv", {"type": "NAME", "count": 1})])
    assert MacieEvidence.model_validate(evidence.to_file()) == evidence
    assert evidence.to_file()["jobs"] == [RESPONSE]
