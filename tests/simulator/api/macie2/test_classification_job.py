"""Classification jobs over HTTP: what they accept, analyse, leave out, and how they change."""

from __future__ import annotations

import gzip
import logging
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulator.api.accounts import BRAND
from tests.simulator.api.macie2.jobs import BUCKET, Lake, detections, later

PEOPLE = "id,ssn,note\n1,123-45-6789,a\n2,536-90-4399,b\n"
CARD = "card 4539578763621486\n"
DAILY = {"jobType": "SCHEDULED", "scheduleFrequency": {"dailySchedule": {}}}


def refusal(call: Any, **asked: Any) -> tuple[str, str]:
    """Return code and message of the error that a call gets."""
    with pytest.raises(ClientError) as refused:
        call(**asked)
    return refused.value.response["Error"]["Code"], refused.value.response["Error"]["Message"]


def simple(key: str, comparator: str, *values: str) -> dict[str, Any]:
    return {"simpleScopeTerm": {"key": key, "comparator": comparator, "values": list(values)}}


def tag(comparator: str, key: str, value: str = "") -> dict[str, Any]:
    term = {"key": "TAG", "target": "S3_OBJECT", "tagValues": [{"key": key, "value": value}]}
    return {"tagScopeTerm": {"comparator": comparator, **term}}


def test_a_job_reads_the_objects_and_leaves_findings(lake: Lake) -> None:
    lake.put("people.csv", PEOPLE)
    lake.put("zipped.txt.gz", gzip.compress(CARD.encode()))
    lake.put("clean.txt", "nothing of interest\n")
    job = lake.run()
    assert (job["jobStatus"], job["lastRunErrorStatus"]) == ("COMPLETE", {"code": "NONE"})
    assert job["statistics"] == {"approximateNumberOfObjectsToProcess": 0.0, "numberOfRuns": 1.0}
    people, card = lake.findings()
    assert people["type"] == "SensitiveData:S3Object/Personal"
    assert people["severity"] == {"description": "High", "score": 3}
    assert people["classificationDetails"]["jobId"] == job["jobId"]
    (detection,) = people["classificationDetails"]["result"]["sensitiveData"][0]["detections"]
    assert (detection["type"], detection["count"]) == ("USA_SOCIAL_SECURITY_NUMBER", 2)
    assert detection["occurrences"]["cells"][0] == {"column": 2, "columnName": "ssn", "row": 2}
    assert card["type"] == "SensitiveData:S3Object/Financial"
    assert detections(card) == {"CREDIT_CARD_NUMBER": 1}


SCOPES = {
    "extension": ({"includes": [simple("OBJECT_EXTENSION", "EQ", "csv", "txt")]}, ["a/one.csv", "b/two.txt"]),
    "not extension": ({"includes": [simple("OBJECT_EXTENSION", "NE", "csv")]}, ["b/three.TXT", "b/two.txt"]),
    "key": ({"includes": [simple("OBJECT_KEY", "STARTS_WITH", "a/", "b/tw")]}, ["a/one.csv", "b/two.txt"]),
    "size": ({"includes": [simple("OBJECT_SIZE", "GT", "30")]}, ["a/one.csv"]),
    "small": ({"excludes": [simple("OBJECT_SIZE", "GTE", "31")]}, ["b/three.TXT", "b/two.txt"]),
    "old": ({"includes": [simple("OBJECT_LAST_MODIFIED_DATE", "LT", "2001-01-01T00:00:00Z")]}, []),
    "new": (
        {"includes": [simple("OBJECT_LAST_MODIFIED_DATE", "GT", "2001-01-01T00:00:00Z")]},
        ["a/one.csv", "b/three.TXT", "b/two.txt"],
    ),
    "tag": ({"includes": [tag("EQ", "level", "raw")]}, ["b/two.txt"]),
    "tag key": ({"includes": [tag("EQ", "level")]}, ["a/one.csv", "b/two.txt"]),
    "no tag": ({"includes": [tag("NE", "level")]}, ["b/three.TXT"]),
    "both": (
        {"includes": [simple("OBJECT_KEY", "STARTS_WITH", "b/"), tag("EQ", "level", "raw")]},
        ["b/two.txt"],
    ),
    "exclusion wins": (
        {
            "includes": [simple("OBJECT_KEY", "STARTS_WITH", "b/")],
            "excludes": [simple("OBJECT_EXTENSION", "EQ", "txt")],
        },
        ["b/three.TXT"],
    ),
    "all of an exclusion": (
        {"excludes": [simple("OBJECT_KEY", "STARTS_WITH", "b/"), simple("OBJECT_EXTENSION", "EQ", "txt")]},
        ["a/one.csv", "b/three.TXT"],
    ),
}


@pytest.mark.parametrize(("scoping", "expected"), SCOPES.values(), ids=SCOPES)
def test_scoping(lake: Lake, scoping: dict[str, Any], expected: list[str]) -> None:
    lake.put("a/one.csv", PEOPLE, Tagging="level=clean")
    lake.put("b/two.txt", CARD, Tagging="level=raw")
    lake.put("b/three.TXT", CARD)
    lake.run(s3JobDefinition=lake.scoped(**scoping))
    assert lake.analysed() == expected


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (
            {
                "includes": {
                    "and": [{"simpleCriterion": {"key": "S3_BUCKET_NAME", "comparator": "EQ", "values": ["lake"]}}]
                }
            },
            1,
        ),
        (
            {
                "excludes": {
                    "and": [{"simpleCriterion": {"key": "S3_BUCKET_NAME", "comparator": "EQ", "values": ["lake"]}}]
                }
            },
            1,
        ),
        (
            {
                "includes": {
                    "and": [{"tagCriterion": {"comparator": "EQ", "tagValues": [{"key": "env", "value": "test"}]}}]
                }
            },
            1,
        ),
        ({"includes": {"and": [{"tagCriterion": {"comparator": "EQ", "tagValues": [{"value": "test"}]}}]}}, 1),
        (
            {
                "includes": {
                    "and": [
                        {
                            "simpleCriterion": {
                                "key": "S3_BUCKET_EFFECTIVE_PERMISSION",
                                "comparator": "EQ",
                                "values": ["PUBLIC"],
                            }
                        }
                    ]
                }
            },
            0,
        ),
        ({}, 2),
    ],
)
def test_bucket_criteria(lake: Lake, criteria: dict[str, Any], expected: int) -> None:
    lake.s3.create_bucket(Bucket="other")
    lake.s3.put_bucket_tagging(Bucket="other", Tagging={"TagSet": [{"Key": "env", "Value": "test"}]})
    for bucket in (BUCKET, "other"):
        lake.s3.put_object(Bucket=bucket, Key="card.txt", Body=CARD.encode())
    lake.run(s3JobDefinition={"bucketCriteria": criteria})
    assert len(lake.findings()) == expected


def test_sampling(lake: Lake) -> None:
    for number in range(10):
        lake.put(f"{number}.txt", CARD)
    assert lake.run(samplingPercentage=30)["samplingPercentage"] == 30
    assert len(lake.findings()) == 3


def test_identifiers_are_selected(lake: Lake) -> None:
    lake.put("all.csv", "ssn,email\n123-45-6789,anna@example.com\n")
    for selector, more, expected in (
        (None, {}, {"USA_SOCIAL_SECURITY_NUMBER"}),
        ("RECOMMENDED", {}, {"USA_SOCIAL_SECURITY_NUMBER"}),
        ("ALL", {}, {"USA_SOCIAL_SECURITY_NUMBER", "EMAIL_ADDRESS"}),
        ("INCLUDE", {"managedDataIdentifierIds": ["EMAIL_ADDRESS"]}, {"EMAIL_ADDRESS"}),
        ("EXCLUDE", {"managedDataIdentifierIds": ["EMAIL_ADDRESS"]}, {"USA_SOCIAL_SECURITY_NUMBER"}),
    ):
        job = lake.run(managedDataIdentifierSelector=selector, **more)
        (found,) = lake.findings(**{"classificationDetails.jobId": {"eq": [job["jobId"]]}})
        assert set(detections(found)) == expected, selector


def test_buckets_that_cannot_be_read_are_an_error_of_the_run(lake: Lake) -> None:
    lake.put("card.txt", CARD)
    here = {"accountId": lake.account, "buckets": [BUCKET, "missing"]}
    job = lake.run(s3JobDefinition={"bucketDefinitions": [here]})
    assert (job["jobStatus"], job["lastRunErrorStatus"]) == ("COMPLETE", {"code": "ERROR"})
    assert lake.analysed() == ["card.txt"]
    theirs = {"accountId": BRAND, "buckets": [BUCKET]}
    assert lake.run(s3JobDefinition={"bucketDefinitions": [theirs]})["lastRunErrorStatus"] == {"code": "ERROR"}
    deny = '{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}'
    lake.s3.put_bucket_policy(Bucket=BUCKET, Policy=deny)
    assert lake.run()["lastRunErrorStatus"] == {"code": "ERROR"}


def test_objects_that_cannot_be_read_are_counted(lake: Lake, caplog: pytest.LogCaptureFixture) -> None:
    kms = lake.accounts.client(lake.account, "kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    encrypted = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    lake.put("locked.txt", CARD, **encrypted)
    lake.put("damaged.csv.gz", gzip.compress(CARD.encode())[:-9])
    lake.put("picture.parquet", b"\x89PNG\x00\x00\x00")
    kms.disable_key(KeyId=key)
    with caplog.at_level(logging.INFO, "simulator.api.macie2.job_running"):
        job = lake.run()
    assert (job["jobStatus"], job["lastRunErrorStatus"], lake.findings()) == ("COMPLETE", {"code": "NONE"}, [])
    told = sorted(record.getMessage().partition(": ")[2] for record in caplog.records)
    assert told == [
        f"1 objects not analysed in full: {reason}"
        for reason in ("INVALID_KMS_KEY", "MALFORMED_FILE", "UNSUPPORTED_FILE_TYPE_EXCEPTION")
    ]
    kms.enable_key(KeyId=key)
    lake.run()
    assert lake.analysed() == ["locked.txt"]


def test_scheduled_job(lake: Lake) -> None:
    """The first run takes what is there, each later one what is new; in between the job is IDLE."""
    lake.put("old.txt", CARD)
    job = lake.run(**DAILY, initialRun=True)
    assert (job["jobStatus"], job["statistics"]["numberOfRuns"]) == ("IDLE", 1.0)
    lake.put("new.txt", CARD)
    assert lake.analysed() == ["old.txt"]
    with later(days=1):
        again = lake.finished(job["jobId"])
    assert (again["jobStatus"], again["statistics"]["numberOfRuns"]) == ("IDLE", 2.0)
    assert again["lastRunTime"] > job["lastRunTime"]
    assert lake.analysed() == ["new.txt", "old.txt"]


def test_scheduled_job_without_initial_run(lake: Lake) -> None:
    lake.put("old.txt", CARD)
    job = lake.run(**DAILY)
    assert (job["jobStatus"], job["initialRun"], job["statistics"]["numberOfRuns"]) == ("IDLE", False, 0.0)
    assert job["lastRunTime"] == job["createdAt"]
    lake.put("new.txt", CARD)
    with later(days=1):
        lake.finished(job["jobId"])
    assert lake.analysed() == ["new.txt"]


def test_pause_resume_cancel_while_running(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.api.macie2.job_running.SHORTEST_RUN", 30)
    lake.put("card.txt", CARD)
    job = lake.start()
    lake.macie.update_classification_job(jobId=job, jobStatus="USER_PAUSED")
    paused = lake.job(job)
    details = paused["userPausedDetails"]
    assert paused["jobStatus"] == "USER_PAUSED"
    assert (details["jobExpiresAt"] - details["jobPausedAt"]).days == 30
    assert "jobImminentExpirationHealthEventArn" not in details
    with later(days=24):
        assert lake.job(job)["userPausedDetails"]["jobImminentExpirationHealthEventArn"].startswith("arn:aws:health:")
    monkeypatch.setattr("simulator.api.macie2.job_running.SHORTEST_RUN", 0)
    lake.macie.update_classification_job(jobId=job, jobStatus="RUNNING")
    assert lake.finished(job)["jobStatus"] == "COMPLETE"
    assert len(lake.findings()) == 1
    code, message = refusal(lake.macie.update_classification_job, jobId=job, jobStatus="CANCELLED")
    assert code == "ValidationException"
    assert message == (
        f"jobStatus CANCELLED can be requested when the job is IDLE, PAUSED, RUNNING, USER_PAUSED; "
        f"job {job} is COMPLETE"
    )


def test_pauses_expire(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.api.macie2.job_running.SHORTEST_RUN", 30)
    once, daily = lake.start(), lake.start(**DAILY, initialRun=True)
    for job in (once, daily):
        lake.macie.update_classification_job(jobId=job, jobStatus="USER_PAUSED")
    with later(days=30):
        assert lake.job(once)["jobStatus"] == "CANCELLED"
        expired = lake.job(daily)
        assert (expired["jobStatus"], set(expired["userPausedDetails"])) == ("USER_PAUSED", {"jobPausedAt"})
        lake.macie.update_classification_job(jobId=daily, jobStatus="RUNNING")
        assert lake.job(daily)["jobStatus"] == "IDLE"
    code, message = refusal(lake.macie.update_classification_job, jobId=once, jobStatus="RUNNING")
    assert (code, "cannot update cancelled job for job" in message) == ("ValidationException", True)


def test_idle_jobs_pause_without_expiry(lake: Lake) -> None:
    job = lake.run(**DAILY)["jobId"]
    lake.macie.update_classification_job(jobId=job, jobStatus="USER_PAUSED")
    assert set(lake.job(job)["userPausedDetails"]) == {"jobPausedAt"}
    with later(days=40):
        assert lake.job(job)["jobStatus"] == "USER_PAUSED"
    lake.macie.update_classification_job(jobId=job, jobStatus="RUNNING")
    assert lake.job(job)["jobStatus"] == "IDLE"


def test_equal_requests_with_one_token_make_one_job(lake: Lake) -> None:
    first = lake.start(clientToken="same")
    assert lake.start(clientToken="same") == first
    assert lake.start(clientToken="same", name="other") != first


FILTERS = {
    "status": ({"includes": [{"key": "jobStatus", "comparator": "EQ", "values": ["CANCELLED"]}]}, ["nightly"]),
    "type": ({"includes": [{"key": "jobType", "comparator": "NE", "values": ["SCHEDULED"]}]}, ["first", "second"]),
    "name": ({"includes": [{"key": "name", "comparator": "EQ", "values": ["first", "nightly"]}]}, ["first", "nightly"]),
    "contains": (
        {"includes": [{"key": "name", "comparator": "CONTAINS", "values": ["ght", "sec"]}]},
        ["nightly", "second"],
    ),
    "starts": ({"includes": [{"key": "name", "comparator": "STARTS_WITH", "values": ["fi"]}]}, ["first"]),
    "not": ({"excludes": [{"key": "name", "comparator": "EQ", "values": ["first"]}]}, ["nightly", "second"]),
    "none of": ({"includes": [{"key": "name", "comparator": "NE", "values": ["first", "second"]}]}, ["nightly"]),
    "created": (
        {"includes": [{"key": "createdAt", "comparator": "GT", "values": ["2001-01-01T00:00:00Z"]}]},
        ["first", "nightly", "second"],
    ),
    "before": ({"includes": [{"key": "createdAt", "comparator": "LTE", "values": ["2001-01-01T00:00:00Z"]}]}, []),
}


def test_list(lake: Lake) -> None:
    """Every filter and every order, in pages."""
    for name, more in (("first", {}), ("second", {}), ("nightly", DAILY)):
        made = lake.run(name=name, **more)
    lake.macie.update_classification_job(jobId=made["jobId"], jobStatus="CANCELLED")
    for title, (criteria, expected) in FILTERS.items():
        items = lake.macie.list_classification_jobs(filterCriteria=criteria)["items"]
        assert sorted(each["name"] for each in items) == expected, title
    for attribute, first in (("name", "first"), ("jobType", "first"), ("jobStatus", "nightly"), ("createdAt", "first")):
        order = {"attributeName": attribute, "orderBy": "ASC"}
        assert lake.macie.list_classification_jobs(sortCriteria=order)["items"][0]["name"] == first
    pages = lake.macie.get_paginator("list_classification_jobs").paginate(PaginationConfig={"PageSize": 2})
    assert [len(page["items"]) for page in pages] == [2, 1]
    assert lake.macie.list_classification_jobs()["items"][0]["bucketDefinitions"][0]["buckets"] == [BUCKET]


SIZE_TERM = "scoping.includes.and.0.simpleScopeTerm"
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "schedule": ({"jobType": "SCHEDULED"}, "scheduleFrequency: a SCHEDULED job needs scheduleFrequency"),
    "once": (
        {"scheduleFrequency": {"dailySchedule": {}}},
        "scheduleFrequency: a ONE_TIME job has no scheduleFrequency",
    ),
    "percentage": ({"samplingPercentage": 0}, "samplingPercentage: samplingPercentage is 1 to 100; found 0"),
    "none": (
        {"managedDataIdentifierSelector": "NONE"},
        "customDataIdentifierIds: NONE needs at least one custom data identifier",
    ),
    "managed": (
        {"managedDataIdentifierSelector": "INCLUDE", "managedDataIdentifierIds": ["SSN"]},
        "managedDataIdentifierIds: 'SSN' is not a managed data identifier",
    ),
    "list": ({"allowListIds": ["x"]}, "allowListIds: 'x' is not an allow list of account 111111111111"),
    "enormous size": (
        {
            "s3JobDefinition": {
                "bucketCriteria": {},
                "scoping": {
                    "includes": {
                        "and": [{"simpleScopeTerm": {"key": "OBJECT_SIZE", "comparator": "GT", "values": ["9" * 5000]}}]
                    }
                },
            }
        },
        f"s3JobDefinition.{SIZE_TERM}.values.0: a size is a number of bytes; found 5000 characters",
    ),
    "buckets": (
        {"s3JobDefinition": {}},
        "s3JobDefinition: exactly one of bucketCriteria, bucketDefinitions must be present; found none",
    ),
}


@pytest.mark.parametrize(("stated", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(lake: Lake, stated: dict[str, Any], message: str) -> None:
    assert refusal(lake.start, **stated) == ("ValidationException", message)


def test_jobs_of_others_do_not_exist(lake: Lake) -> None:
    job = lake.start()
    theirs = lake.accounts.client(BRAND, "macie2")
    assert refusal(theirs.describe_classification_job, jobId=job)[0] == "ResourceNotFoundException"
    assert theirs.list_classification_jobs()["items"] == []
