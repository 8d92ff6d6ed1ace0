"""Jobs for tests, built through the API alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from simulator.api import calls
from tests.simulator.api.accounts import RETAILER, Accounts
from tests.simulator.api.patience import PATIENCE

BUCKET = "lake"


class Lake:
    """A bucket of an account, and its Macie."""

    def __init__(self, accounts: Accounts, account: str = RETAILER) -> None:
        self.accounts = accounts
        self.account = account
        self.macie = accounts.client(account, "macie2")
        self.s3 = accounts.client(account, "s3")
        self.s3.create_bucket(Bucket=BUCKET)

    def put(self, key: str, content: str | bytes, **more: Any) -> None:
        """Write an object."""
        body = content.encode() if isinstance(content, str) else content
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body, **more)

    def start(self, **stated: Any) -> str:
        """Create a job over the bucket; everything can be stated otherwise."""
        asked: dict[str, Any] = {
            "clientToken": str(uuid4()),
            "jobType": "ONE_TIME",
            "name": "job",
            "managedDataIdentifierSelector": "ALL",
            "s3JobDefinition": {"bucketDefinitions": [{"accountId": self.account, "buckets": [BUCKET]}]},
        }
        made: str = self.macie.create_classification_job(**(asked | stated))["jobId"]
        return made

    def scoped(self, **scoping: Any) -> dict[str, Any]:
        """Return a job definition over the bucket with scoping: `includes=[...]`, `excludes=[...]`."""
        blocks = {name: {"and": terms} for name, terms in scoping.items()}
        buckets = [{"accountId": self.account, "buckets": [BUCKET]}]
        return {"bucketDefinitions": buckets, "scoping": blocks}

    def job(self, job_id: str) -> dict[str, Any]:
        """Describe a job."""
        found: dict[str, Any] = self.macie.describe_classification_job(jobId=job_id)
        return found

    def finished(self, job_id: str) -> dict[str, Any]:
        """Wait until a job does not run any more."""
        until = time.monotonic() + PATIENCE
        while (found := self.job(job_id))["jobStatus"] == "RUNNING" and time.monotonic() < until:
            time.sleep(0.01)
        return found

    def run(self, **stated: Any) -> dict[str, Any]:
        """Create a job and wait for it."""
        return self.finished(self.start(**stated))

    def findings(self, **criterion: Any) -> list[dict[str, Any]]:
        """Return the findings that meet a criterion, by the keys of their objects."""
        ids = self.macie.list_findings(findingCriteria={"criterion": criterion})["findingIds"]
        found = self.macie.get_findings(findingIds=ids)["findings"]
        return sorted(found, key=lambda each: each["resourcesAffected"]["s3Object"]["key"])

    def analysed(self, **criterion: Any) -> list[str]:
        """Return the keys of the objects about which there are findings."""
        return [each["resourcesAffected"]["s3Object"]["key"] for each in self.findings(**criterion)]


def detections(finding: dict[str, Any]) -> dict[str, int]:
    """Return the counts of a finding by identifier."""
    result = finding["classificationDetails"]["result"]
    managed = {each["type"]: each["count"] for item in result["sensitiveData"] for each in item["detections"]}
    return managed | {each["name"]: each["count"] for each in result["customDataIdentifiers"]["detections"]}


@contextmanager
def later(**delta: float) -> Iterator[None]:
    """Let the endpoint's calls be dated later: `days=`, `hours=`."""
    real = calls.now
    with patch("simulator.api.service.now", lambda: real() + timedelta(**delta)):
        yield
