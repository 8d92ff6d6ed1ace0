"""A scan is one job over the sources' buckets."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from components.sensitive_data_scan import SensitiveDataScan
from declarations.data_source import DataSource
from tests.components.conftest import Declared

OWNER = "111111111111"


def source(bucket: str, key_prefix: str | None = None) -> DataSource:
    return DataSource(name=bucket, bucket=bucket, key_prefix=key_prefix, database_name="d", table_name="t")


def job(declared: Declared, *sources: DataSource, schedule: Any = "once", macie_is_on: bool = False) -> dict[str, Any]:  # noqa: ANN401 - as pytest gives it
    def program() -> None:
        SensitiveDataScan("scan", OWNER, sources, schedule, macie_is_on=macie_is_on)

    pulumi.runtime.test(program)()
    (found,) = (each for each in declared.resources if each.typ.endswith(":ClassificationJob"))
    return dict(found.inputs)


def test_all_buckets_are_in_one_job(declared: Declared) -> None:
    found = job(declared, source("b-two"), source("a-one", "x/"))
    assert found["s3JobDefinition"] == {"bucketDefinitions": [{"accountId": OWNER, "buckets": ["a-one", "b-two"]}]}
    assert found["jobType"] == "ONE_TIME"
    assert "scheduleFrequency" not in found


def test_prefixes_narrow_the_job_when_every_source_has_one(declared: Declared) -> None:
    found = job(declared, source("a-one", "x/"), source("a-one", "y/"))
    (condition,) = found["s3JobDefinition"]["scoping"]["includes"]["ands"]
    assert condition["simpleScopeTerm"] == {"comparator": "STARTS_WITH", "key": "OBJECT_KEY", "values": ["x/", "y/"]}


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [("daily", {"dailySchedule": True}), ("weekly", {"weeklySchedule": "MONDAY"}), ("monthly", {"monthlySchedule": 1})],
)
def test_schedules(declared: Declared, schedule: str, expected: dict[str, Any]) -> None:
    found = job(declared, source("a-one"), schedule=schedule)
    assert (found["jobType"], found["scheduleFrequency"], found["initialRun"]) == ("SCHEDULED", expected, True)


def test_macie_is_turned_on_unless_it_is(declared: Declared) -> None:
    job(declared, source("a-one"), macie_is_on=True)
    assert not any(each.typ.endswith(":Account") for each in declared.resources)


def test_macie_comes_first(declared: Declared) -> None:
    job(declared, source("a-one"))
    kinds = [each.typ.rpartition(":")[2] for each in declared.resources]
    assert kinds.index("Account") < kinds.index("ClassificationJob")


def test_mistakes_are_said() -> None:
    with pytest.raises(ValueError, match="a scan needs at least one data source"):
        SensitiveDataScan("scan", OWNER, [])
    with pytest.raises(ValueError, match="sampling_percentage is 1 to 100 percent; found 0"):
        SensitiveDataScan("scan", OWNER, [source("a-one")], sampling_percentage=0)
