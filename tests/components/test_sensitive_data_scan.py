"""A scan is one job for each bucket of the sources."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from components.sensitive_data_scan import SensitiveDataScan, SensitiveDataScanArgs
from declarations.data_source import DataSource
from tests.components.conftest import Declared

OWNER = "111111111111"


KEY = f"arn:aws:kms:us-east-1:{OWNER}:key/00000000-0000-4000-8000-000000000001"
MACIE = f"arn:aws:iam::{OWNER}:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie"


def source(bucket: str, key_prefix: str | None = None, **more: Any) -> DataSource:  # noqa: ANN401 - its other fields
    return DataSource(name=bucket, bucket=bucket, key_prefix=key_prefix, database_name="d", table_name="t", **more)


def jobs(declared: Declared, *sources: DataSource, schedule: Any = "once", macie_is_on: bool = False) -> dict[str, Any]:  # noqa: ANN401 - as pytest gives it
    def program() -> None:
        args = SensitiveDataScanArgs(account=OWNER, sources=sources, schedule=schedule, macie_is_on=macie_is_on)
        SensitiveDataScan("scan", args)

    pulumi.runtime.test(program)()
    return {each.name: each.inputs for each in declared.resources if each.typ.endswith(":ClassificationJob")}


def job(declared: Declared, schedule: Any = "once") -> dict[str, Any]:  # noqa: ANN401 - as pytest gives it
    (found,) = jobs(declared, source("a-one"), schedule=schedule).values()
    return dict(found)


def test_each_bucket_has_a_job(declared: Declared) -> None:
    found = jobs(declared, source("b-two"), source("a-one", "x/"))
    assert found["scan-b-two"]["s3JobDefinition"] == {"bucketDefinitions": [{"accountId": OWNER, "buckets": ["b-two"]}]}
    assert found["scan-a-one"]["s3JobDefinition"]["bucketDefinitions"] == [{"accountId": OWNER, "buckets": ["a-one"]}]
    assert found["scan-b-two"]["jobType"] == "ONE_TIME"
    assert "scheduleFrequency" not in found["scan-b-two"]


def test_prefixes_narrow_the_job_of_their_own_bucket(declared: Declared) -> None:
    found = jobs(declared, source("a-one", "x"), source("a-one", "y/"), source("b-two", "z/"))
    assert {name: _prefixes(each) for name, each in found.items()} == {"scan-a-one": ["x/", "y/"], "scan-b-two": ["z/"]}


def test_a_source_without_a_prefix_means_the_whole_bucket(declared: Declared) -> None:
    (found,) = jobs(declared, source("a-one", "x/"), source("a-one")).values()
    assert "scoping" not in found["s3JobDefinition"]


def test_macie_may_decrypt_what_it_reads(declared: Declared) -> None:
    encrypted = source("a-one", encryption="aws:kms", kms_key_arn=KEY)
    jobs(declared, encrypted, source("b-two", encryption="aws:kms", kms_key_arn=KEY), source("c-three"))
    (grant,) = (each for each in declared.resources if each.typ.endswith(":Grant"))
    assert grant.name == "scan-decryption-00000000-0000-4000-8000-000000000001"
    assert (grant.inputs["keyId"], grant.inputs["granteePrincipal"]) == (KEY, MACIE)
    assert grant.inputs["operations"] == ["Decrypt"]
    kinds = [each.typ.rpartition(":")[2] for each in declared.resources]
    assert kinds.index("Account") < kinds.index("Grant") < kinds.index("ClassificationJob")


def _prefixes(found: dict[str, Any]) -> list[str]:
    (condition,) = found["s3JobDefinition"]["scoping"]["includes"]["ands"]
    term = condition["simpleScopeTerm"]
    assert (term["comparator"], term["key"]) == ("STARTS_WITH", "OBJECT_KEY")
    return list(term["values"])


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [("daily", {"dailySchedule": True}), ("weekly", {"weeklySchedule": "MONDAY"}), ("monthly", {"monthlySchedule": 1})],
)
def test_schedules(declared: Declared, schedule: str, expected: dict[str, Any]) -> None:
    found = job(declared, schedule)
    assert (found["jobType"], found["scheduleFrequency"], found["initialRun"]) == ("SCHEDULED", expected, True)


def test_macie_is_turned_on_unless_it_is(declared: Declared) -> None:
    jobs(declared, source("a-one"), macie_is_on=True)
    assert not any(each.typ.endswith(":Account") for each in declared.resources)


def test_macie_comes_first(declared: Declared) -> None:
    job(declared)
    kinds = [each.typ.rpartition(":")[2] for each in declared.resources]
    assert kinds.index("Account") < kinds.index("ClassificationJob")


def test_mistakes_are_said() -> None:
    with pytest.raises(ValueError, match="a scan needs at least one data source"):
        SensitiveDataScan("scan", {"account": OWNER, "sources": []})
    with pytest.raises(ValueError, match="sampling_percentage is 1 to 100 percent; found 0"):
        SensitiveDataScan("scan", {"account": OWNER, "sources": [source("a-one")], "sampling_percentage": 0})
