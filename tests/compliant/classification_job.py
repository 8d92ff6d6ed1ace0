"""A compliant classification job of Amazon Macie, with every member of its request."""

from __future__ import annotations

from typing import Any

OPERATION = "create_classification_job"

REQUEST: dict[str, Any] = {
    "clientToken": "11111111-2222-4333-8444-555555555555",
    "allowListIds": ["abcdefghijklmnopqrstuv"],
    "customDataIdentifierIds": ["00000000-0000-4000-8000-000000000001"],
    "description": "Looks into what is shared",
    "initialRun": True,
    "jobType": "SCHEDULED",
    "managedDataIdentifierIds": ["EMAIL_ADDRESS"],
    "managedDataIdentifierSelector": "EXCLUDE",
    "name": "shared tables",
    "s3JobDefinition": {
        "bucketDefinitions": [{"accountId": "111111111111", "buckets": ["lake"]}],
        "scoping": {
            "includes": {
                "and": [
                    {"simpleScopeTerm": {"comparator": "STARTS_WITH", "key": "OBJECT_KEY", "values": ["sales/"]}},
                    {
                        "tagScopeTerm": {
                            "comparator": "EQ",
                            "key": "TAG",
                            "tagValues": [{"key": "level", "value": "raw"}],
                            "target": "S3_OBJECT",
                        }
                    },
                ]
            },
            "excludes": {
                "and": [{"simpleScopeTerm": {"comparator": "GT", "key": "OBJECT_SIZE", "values": ["1000000"]}}]
            },
        },
    },
    "samplingPercentage": 100,
    "scheduleFrequency": {"weeklySchedule": {"dayOfWeek": "MONDAY"}},
    "tags": {"team": "privacy"},
}

BUCKET_CRITERIA: dict[str, Any] = {
    "includes": {
        "and": [
            {"simpleCriterion": {"comparator": "EQ", "key": "ACCOUNT_ID", "values": ["111111111111"]}},
            {"tagCriterion": {"comparator": "NE", "tagValues": [{"key": "env", "value": "test"}]}},
        ]
    },
    "excludes": {"and": [{"simpleCriterion": {"comparator": "EQ", "key": "S3_BUCKET_NAME", "values": ["logs"]}}]},
}
"""The other way of naming buckets."""

RESPONSE: dict[str, Any] = REQUEST | {
    "createdAt": "2026-01-05T10:00:00Z",
    "jobArn": "arn:aws:macie2:us-east-1:111111111111:classification-job/0123456789abcdef0123456789abcdef",
    "jobId": "0123456789abcdef0123456789abcdef",
    "jobStatus": "USER_PAUSED",
    "lastRunErrorStatus": {"code": "NONE"},
    "lastRunTime": "2026-01-12T00:00:00Z",
    "statistics": {"approximateNumberOfObjectsToProcess": 3.0, "numberOfRuns": 1.0},
    "userPausedDetails": {
        "jobExpiresAt": "2026-02-11T00:00:00Z",
        "jobImminentExpirationHealthEventArn": "arn:aws:health:us-east-1::event/MACIE/EXPIRING/1",
        "jobPausedAt": "2026-01-12T00:00:00Z",
    },
}
"""The job as it is described."""

SESSION: dict[str, Any] = {
    "createdAt": "2026-01-01T00:00:00Z",
    "findingPublishingFrequency": "ONE_HOUR",
    "serviceRole": "arn:aws:iam::111111111111:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie",
    "status": "ENABLED",
    "updatedAt": "2026-01-01T00:00:00Z",
}
"""The session of an account."""


def finding(key: str, *detections: dict[str, Any], **more: object) -> dict[str, Any]:
    """Return a finding about an object of the bucket `lake`, with detections of managed identifiers."""
    items = [{"category": "PERSONAL_INFORMATION", "totalCount": len(detections), "detections": list(detections)}]
    return {
        "id": "fedcba98765432100123456789abcdef",
        "type": "SensitiveData:S3Object/Personal",
        "createdAt": "2026-01-12T00:01:00Z",
        "severity": {"description": "High", "score": 3},
        "classificationDetails": {"jobId": RESPONSE["jobId"], "result": {"sensitiveData": items}},
        "resourcesAffected": {"s3Bucket": {"name": "lake"}, "s3Object": {"key": key}},
        **more,
    }


def criterion(key: str, comparator: str, *values: str) -> dict[str, Any]:
    """Return a criterion of a bucket's property."""
    return {"simpleCriterion": {"key": key, "comparator": comparator, "values": list(values)}}


def tagged(*tags: dict[str, str]) -> dict[str, Any]:
    """Return a criterion of a bucket's tags."""
    return {"tagCriterion": {"comparator": "EQ", "tagValues": list(tags)}}
