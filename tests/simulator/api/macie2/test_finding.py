"""Findings over HTTP: criteria, order, statistics, samples, filters that suppress, allow lists and own identifiers."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.simulator.api.accounts import BRAND
from tests.simulator.api.macie2.jobs import BUCKET, Lake, detections
from tests.simulator.api.macie2.test_classification_job import CARD, PEOPLE, refusal


def test_criteria_order_and_statistics(lake: Lake) -> None:
    lake.put("people.csv", PEOPLE)
    lake.put("card.txt", CARD)
    lake.put("both.csv", "ssn,card\n123-45-6789,4539578763621486\n")
    job = lake.run()["jobId"]
    for path, condition, expected in (
        ("type", {"eq": ["SensitiveData:S3Object/Multiple"]}, ["both.csv"]),
        ("type", {"neq": ["SensitiveData:S3Object/Multiple"]}, ["card.txt", "people.csv"]),
        ("resourcesAffected.s3Object.extension", {"eq": ["csv"]}, ["both.csv", "people.csv"]),
        (
            "classificationDetails.result.sensitiveData.detections.type",
            {"eqExactMatch": ["CREDIT_CARD_NUMBER"]},
            ["card.txt"],
        ),
        ("severity.score", {"gte": 3, "lt": 4}, ["both.csv", "card.txt", "people.csv"]),
        ("createdAt", {"gt": 4102444800000}, []),
        ("archived", {"eq": ["false"]}, ["both.csv", "card.txt", "people.csv"]),
    ):
        assert lake.analysed(**{path: condition}) == expected, path
    groups = lake.macie.get_finding_statistics(groupBy="classificationDetails.jobId")["countsByGroup"]
    assert groups == [{"groupKey": job, "count": 3}]
    order = {"attributeName": "type", "orderBy": "ASC"}
    ids = lake.macie.list_findings(sortCriteria=order)["findingIds"]
    found = lake.macie.get_findings(findingIds=[*ids, "unknown"], sortCriteria=order)["findings"]
    assert [each["type"].rpartition("/")[2] for each in found] == ["Financial", "Multiple", "Personal"]
    first = lake.macie.list_findings(maxResults=2)
    second = lake.macie.list_findings(maxResults=2, nextToken=first["nextToken"])
    assert len({*first["findingIds"], *second["findingIds"]}) == 3
    assert refusal(lake.macie.list_findings, findingCriteria={"criterion": {"nothing": {"eq": ["x"]}}}) == (
        "ValidationException",
        "'nothing' is not a property that can be used here",
    )
    assert refusal(lake.macie.list_findings, maxResults=0)[0] == "ValidationException"


def test_samples(lake: Lake) -> None:
    lake.macie.create_sample_findings(findingTypes=["SensitiveData:S3Object/Personal"])
    (sample,) = lake.findings(sample={"eq": ["true"]})
    assert (sample["sample"], sample["type"]) == (True, "SensitiveData:S3Object/Personal")
    lake.macie.create_sample_findings()
    groups = lake.macie.get_finding_statistics(groupBy="type", size=1)["countsByGroup"]
    assert groups == [{"groupKey": "SensitiveData:S3Object/Personal", "count": 2}]


def test_filters_suppress(lake: Lake) -> None:
    macie = lake.macie
    criteria = {"criterion": {"resourcesAffected.s3Object.extension": {"eq": ["txt"]}}}
    made = macie.create_findings_filter(name="texts", action="ARCHIVE", findingCriteria=criteria)
    other = macie.create_findings_filter(name="others", action="NOOP", findingCriteria=criteria, position=1)
    assert [each["name"] for each in macie.list_findings_filters()["findingsFilterListItems"]] == ["others", "texts"]
    assert refusal(macie.create_findings_filter, name="texts", action="NOOP", findingCriteria=criteria)[0] == (
        "ConflictException"
    )
    lake.put("card.txt", CARD)
    lake.put("people.csv", PEOPLE)
    lake.run()
    assert lake.analysed(archived={"eq": ["true"]}) == ["card.txt"]
    macie.update_findings_filter(id=made["id"], description="all texts", position=1)
    shown = macie.get_findings_filter(id=made["id"])
    assert (shown["description"], shown["position"], shown["action"]) == ("all texts", 1, "ARCHIVE")
    macie.delete_findings_filter(id=made["id"])
    assert macie.get_findings_filter(id=other["id"])["position"] == 1
    assert refusal(macie.get_findings_filter, id=made["id"])[0] == "ResourceNotFoundException"


def test_allow_lists(lake: Lake) -> None:
    lake.put("words.txt", "4539 5787 6362 1486\n\nANNA@example.com\n")
    lake.put("data/x.csv", "mail,card\nanna@example.com,4539 5787 6362 1486\nbob@example.org,5500005555555559\n")
    words = {"s3WordsList": {"bucketName": BUCKET, "objectKey": "words.txt"}}
    macie = lake.macie
    listed = macie.create_allow_list(clientToken="1", name="words", criteria=words)["id"]
    expression = macie.create_allow_list(clientToken="2", name="ours", criteria={"regex": r".+@example\.org"})["id"]
    scope = lake.scoped(
        includes=[{"simpleScopeTerm": {"key": "OBJECT_KEY", "comparator": "STARTS_WITH", "values": ["data/"]}}]
    )
    job = lake.run(s3JobDefinition=scope, allowListIds=[listed, expression])
    (found,) = lake.findings()
    assert detections(found) == {"CREDIT_CARD_NUMBER": 1}
    assert job["allowListIds"] == [listed, expression]
    assert macie.get_allow_list(id=listed)["status"] == {"code": "OK"}
    lake.s3.delete_object(Bucket=BUCKET, Key="words.txt")
    assert macie.get_allow_list(id=listed)["status"] == {"code": "S3_OBJECT_NOT_FOUND"}
    macie.update_allow_list(id=expression, name="theirs", criteria={"regex": "x+"})
    assert [each["name"] for each in macie.list_allow_lists()["allowLists"]] == ["words", "theirs"]
    assert refusal(macie.update_allow_list, id=expression, name="n", criteria=words)[0] == "ValidationException"
    assert refusal(macie.create_allow_list, clientToken="3", name="n", criteria={"regex": "(?=a)"}) == (
        "ValidationException",
        "criteria.regex: '(?=a)' does not compile: invalid perl operator: (?=",
    )
    macie.delete_allow_list(id=listed)
    assert refusal(macie.get_allow_list, id=listed)[0] == "ResourceNotFoundException"


def test_custom_data_identifiers(lake: Lake) -> None:
    macie = lake.macie
    stated: dict[str, Any] = {
        "name": "member number",
        "regex": r"[A-Z]{2}-\d{4}",
        "keywords": ["member"],
        "ignoreWords": ["XX-0"],
        "maximumMatchDistance": 20,
        "severityLevels": [
            {"occurrencesThreshold": 2, "severity": "LOW"},
            {"occurrencesThreshold": 3, "severity": "HIGH"},
        ],
    }
    made = macie.create_custom_data_identifier(**stated)["customDataIdentifierId"]
    shown = macie.get_custom_data_identifier(id=made)
    assert {name: shown[name] for name in stated} == stated
    criteria = {name: stated[name] for name in ("regex", "keywords", "ignoreWords", "maximumMatchDistance")}
    sample = "Member AB-1234, AB-1235; XX-0123; " + " " * 20 + "AB-1236"
    assert macie.test_custom_data_identifier(**criteria, sampleText=sample)["matchCount"] == 2
    lake.put("one.csv", "member_no,n\nAB-1234,1\n")
    lake.put("three.csv", "member_no,n\nAB-1234,1\nAB-1235,2\nAB-1236,3\n")
    lake.run(managedDataIdentifierSelector="NONE", customDataIdentifierIds=[made])
    (found,) = lake.findings()
    assert (found["type"], found["severity"]["description"]) == ("SensitiveData:S3Object/CustomIdentifier", "High")
    assert detections(found) == {"member number": 3}
    macie.delete_custom_data_identifier(id=made)
    assert macie.list_custom_data_identifiers()["items"] == []
    batch = macie.batch_get_custom_data_identifiers(ids=[made, "other"])
    assert [each["deleted"] for each in batch["customDataIdentifiers"]] == [True]
    assert batch["notFoundIdentifierIds"] == ["other"]
    assert refusal(lake.start, customDataIdentifierIds=[made])[0] == "ValidationException"
    assert refusal(macie.create_custom_data_identifier, name="n", regex="(a") == (
        "ValidationException",
        "regex: '(a' does not compile: missing ): (a",
    )
    for wrong in ({"keywords": ["ab"]}, {"ignoreWords": ["abc"]}, {"maximumMatchDistance": 301}):
        assert refusal(macie.create_custom_data_identifier, name="n", regex="a", **wrong)[0] == "ValidationException"
    for empty in ("name", "regex"):
        code, message = refusal(macie.create_custom_data_identifier, **({"name": "n", "regex": "a"} | {empty: ""}))
        assert code == "ValidationException"
        assert message.startswith(f"{empty}: a custom data identifier needs ")


WRONG_TAGS = {
    "reserved": {"aws:x": "1"},
    "no key": {"": "1"},
    "long key": {"k" * 129: "1"},
    "long value": {"k": "1" * 257},
    "too many": {f"k{number}": "1" for number in range(51)},
}


@pytest.mark.parametrize("tags", WRONG_TAGS.values(), ids=WRONG_TAGS)
def test_tags_that_no_resource_can_have(tags: dict[str, str], lake: Lake) -> None:
    """Neither when it is made nor afterwards."""
    macie = lake.macie
    allow_list = partial(macie.create_allow_list, clientToken="1", name="n", criteria={"regex": "a"})
    made = allow_list()["arn"]
    member = {"accountId": BRAND, "email": "brand@example.org"}
    calls = (
        partial(lake.start),
        partial(allow_list, clientToken="2"),
        partial(macie.create_custom_data_identifier, name="n", regex="a"),
        partial(macie.create_findings_filter, name="name", action="NOOP", findingCriteria={}),
        partial(macie.create_member, account=member),
        partial(macie.tag_resource, resourceArn=made),
    )
    for call in calls:
        code, message = refusal(call, tags=tags)
        assert code == "ValidationException"
        assert message.startswith("tags")
