"""Jobs as public code creates them: every request of `macie.yaml` over HTTP, and what it says follows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.outside import FOLDER
from tests.simulator.api.accounts import Accounts
from tests.yaml_text import from_yaml

ACCOUNT = "123456789012"
FOLLOWS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "jobStatus RUNNING": lambda job: bool(job["jobStatus"] == "RUNNING"),
    "jobArn, createdAt set": lambda job: bool(job["jobArn"] and job["createdAt"]),
    "initialRun false": lambda job: job["initialRun"] is False,
    "scheduled job RUNNING": lambda job: (job["jobType"], job["jobStatus"]) == ("SCHEDULED", "RUNNING"),
}
"""What a case says of the job that it made."""


def _cases(part: str) -> list[dict[str, Any]]:
    path = FOLDER / "macie.yaml"
    found: list[dict[str, Any]] = from_yaml(path.read_text(encoding="utf-8"))[part] if path.is_file() else []
    return found


def test_every_request(outside: Path, accounts: Accounts) -> None:
    """Each is accepted, shown as it was asked, and does what the case says."""
    macie = accounts.client(ACCOUNT, "macie2")
    accounts.client(ACCOUNT, "s3").create_bucket(Bucket="example-bucket")
    assert _cases("requests"), outside
    for case in _cases("requests"):
        assert (case["op"], case["expect"]) == ("create_classification_job", "valid")
        made = macie.create_classification_job(**case["params"])
        shown = macie.describe_classification_job(jobId=made["jobId"])
        assert {name: shown[name] for name in case["params"]} == case["params"], case["id"]
        assert shown["jobStatus"] == "RUNNING", case["id"]
        for follows in case.get("then", ()):
            assert FOLLOWS[follows](shown), (case["id"], follows)


def test_status_and_mutability(outside: Path, accounts: Accounts) -> None:
    """A job's status and tags change in place; CANCELLED is what its deletion means."""
    behaviours = {case["id"] for case in _cases("behaviour")}
    assert behaviours == {"tf_mutability", "tf_status", "moto_macie"}, outside
    macie = accounts.client(ACCOUNT, "macie2")
    accounts.client(ACCOUNT, "s3").create_bucket(Bucket="example-bucket")
    made = macie.create_classification_job(**_cases("requests")[0]["params"])
    for status in ("USER_PAUSED", "RUNNING", "CANCELLED"):
        macie.update_classification_job(jobId=made["jobId"], jobStatus=status)
        assert macie.describe_classification_job(jobId=made["jobId"])["jobStatus"] == status
    macie.tag_resource(resourceArn=made["jobArn"], tags={"Key": "value", "Other": "1"})
    macie.untag_resource(resourceArn=made["jobArn"], tagKeys=["Other"])
    assert macie.describe_classification_job(jobId=made["jobId"])["tags"] == {"Key": "value"}
