"""SARIF 2.1.0, as its readers want it; the standard's schema is asked in test_outside_readers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from policies.reports.as_sarif import write
from policies.reports.report import Report
from tests.policies.reports.samples import NASTY, REPORT


def _run(report: Report = REPORT) -> dict[str, Any]:
    [run] = json.loads(write(report))["runs"]
    return dict(run)


def test_every_rule_is_declared_and_results_point_to_theirs() -> None:
    run = _run()
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.name for rule in REPORT.rules]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert [rule["properties"]["security-severity"] for rule in rules] == ["8.0", "8.0", "2.0", "9.5", "5.5"]
    assert {rule["helpUri"] for rule in rules} == {"https://a.b/c"}


def test_a_result_has_file_line_and_column() -> None:
    result = _run()["results"][0]
    assert result["message"]["text"] == NASTY
    [location] = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "rooms/a%20b/room.yaml"},
        "region": {"startLine": 12, "startColumn": 9, "endColumn": 16},
    }
    assert location["logicalLocations"] == [{"fullyQualifiedName": "reach/1/configured_tables/orders"}]


def test_levels_and_kinds() -> None:
    found = [(result["kind"], result["level"]) for result in _run()["results"]]
    assert found == [("fail", "error"), ("open", "none"), ("fail", "note"), ("fail", "error"), ("fail", "error")]


def test_waived_results_are_suppressed_with_their_justification() -> None:
    results = _run()["results"]
    assert [result.get("suppressions") for result in results[:3]] == [None, None, None]
    assert results[3]["suppressions"] == [
        {"kind": "inSource", "status": "accepted", "justification": "a *pilot* (owner: DPO; until 2027-03-31)"}
    ]
    assert results[4]["suppressions"][0]["kind"] == "external"


def test_fingerprints_tell_findings_apart_and_do_not_follow_lines() -> None:
    prints = [result["partialFingerprints"]["finding/v1"] for result in _run()["results"]]
    assert len(set(prints)) == len(prints)


def test_a_source_that_is_no_address_is_no_link() -> None:
    quiet = replace(REPORT.rules[0], source="manners")
    [rule] = _run(Report((quiet,), ()))["tool"]["driver"]["rules"]
    assert "helpUri" not in rule
