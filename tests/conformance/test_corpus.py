"""The conformance cases, and the runner that judges files of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conformance.__main__ import main
from tests.conformance.scoring import Mark, Result, judge_file
from tests.yaml_text import from_yaml

CORPUS = Path(__file__).parents[1] / "cases" / "corpus" / "aws-rules.yaml"

WITHOUT_SQL = {
    "OPEN-AGG-07",
    "OPEN-AGG-08",
    "OPEN-AGG-10",
    "OPEN-AGG-11",
    "OPEN-AGG-13",
    "OPEN-CUS-03",
    "OPEN-CUS-04",
    "OPEN-CUS-05",
    "OPEN-CUS-06",
    "OPEN-CUS-07",
    "OPEN-THR-04",
    "OPEN-THR-06",
    "OPEN-CMP-07",
    "OPEN-DP-01",
    "OPEN-IDM-03",
    "OPEN-INT-01",
    "OPEN-INT-02",
    "OPEN-ENG-01",
    "OPEN-ENG-02",
    "OPEN-ENG-03",
    "OPEN-ENG-04",
    "OPEN-MEM-01",
    "OPEN-MEM-02",
}


@pytest.fixture(scope="module")
def results() -> list[Result]:
    return judge_file(CORPUS)


def test_no_case_is_wrong(results: list[Result]) -> None:
    """Wrong and undocumented cases are shown with their findings."""
    missed = [result for result in results if result.mark in (Mark.WRONG, Mark.UNDOCUMENTED)]
    assert missed == []


def test_only_questions_without_sql_are_not_covered(results: list[Result]) -> None:
    assert {result.id for result in results if result.mark is Mark.NOT_COVERED} == WITHOUT_SQL


def test_definite_denials_do_not_rest_on_open_questions(results: list[Result]) -> None:
    """A denied case is denied whatever the settings say: the runner judges with no question answered."""
    denied = [result for result in results if result.section == "cases" and result.expected == "denied"]
    assert denied
    assert {result.found for result in denied} == {"denied"}


BIGQUERY = CORPUS.with_name("bigquery-rules.yaml")


def test_every_case_of_bigquery_is_right_with_its_text() -> None:
    missed = [result for result in judge_file(BIGQUERY) if result.mark is not Mark.RIGHT]
    assert missed == []


def test_every_combination_of_rules_of_bigquery_is_right(tmp_path: Path) -> None:
    """The tables are those of the other file."""
    tables = from_yaml(BIGQUERY.read_text())["tables"]
    cases = from_yaml(BIGQUERY.with_name("bigquery-combinations.yaml").read_text())["cases"]
    results = judge_file(_write(tmp_path, tables=tables, cases=cases))
    assert len({result.id for result in results}) == len(cases) == 153
    assert [result for result in results if result.mark is not Mark.RIGHT] == []


def test_the_text_of_a_bigquery_case_counts(tmp_path: Path) -> None:
    document = from_yaml(BIGQUERY.read_text())
    case = next(case for case in document["cases"] if case["id"] == "agg-q-docs-lower-to-2")
    path = _write(tmp_path, tables=document["tables"], cases=[case | {"error": "Too low."}, case | {"colour": "red"}])
    wrong, missed = judge_file(path)
    assert (wrong.mark, missed.mark) == (Mark.WRONG, Mark.NOT_COVERED)
    assert wrong.details[-1] == "the text is 'Aggregation threshold is too low.'; expected 'Too low.'"


def test_the_reason_of_a_bigquery_case_counts(tmp_path: Path) -> None:
    document = from_yaml(BIGQUERY.read_text())
    case = next(case for case in document["cases"] if case["id"] == "agg-q-docs-lower-to-2")
    given = [case, case | {"reason": "no_from_clause"}, case | {"reason": "option_above_policy"}]
    right, *wrong = judge_file(_write(tmp_path, tables=document["tables"], cases=given))
    assert right.mark is Mark.RIGHT
    assert [(each.mark, each.details[-1]) for each in wrong] == [
        (Mark.WRONG, "the reason is 'threshold_below_policy'; expected 'private_select_without_from'"),
        (Mark.WRONG, "the reason is 'threshold_below_policy'; expected 'option_above_policy'"),
    ]


def _write(folder: Path, **sections: object) -> Path:
    path = folder / "cases.yaml"
    path.write_text(yaml.safe_dump(sections))
    return path


FIXTURE = {
    "raw": {"fixture": "raw", "name": "raw", "owner": "222222222222", "columns": {"a": "int"}, "rule": None},
}
CASE = {
    "id": "X-01",
    "tables": ["raw"],
    "query_runner": "111111111111",
    "sql": "SELECT a FROM raw",
    "verdict": "denied",
}


def test_runner_says_right_and_exits_with_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _write(tmp_path, table_fixtures=FIXTURE, cases=[CASE])
    assert main([str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["cases", "1", "0", "0", "0"]


def test_runner_shows_a_wrong_case_and_exits_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _write(tmp_path, table_fixtures=FIXTURE, cases=[CASE | {"verdict": "allowed"}])
    assert main([str(path)]) == 1
    shown = capsys.readouterr().out
    assert "wrong X-01: expected allowed, found denied" in shown
    assert "table_without_rule: table 'raw' has no analysis rule, so it cannot be queried" in shown


def test_runner_does_not_cover_a_case_with_an_unknown_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the key says is not judged, so the case is neither right nor wrong; it is counted and named."""
    path = _write(tmp_path, table_fixtures=FIXTURE, cases=[CASE | {"colour": "red"}, CASE | {"id": "X-02"}])
    assert main([str(path)]) == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[1].split() == ["cases", "1", "0", "0", "1"]
    assert "not covered: X-01\n  X-01: the case has unknown keys colour" in shown


RESULT: dict[str, Any] = {
    "id": "R-01",
    "query_shape": "AVG(price) grouped by camp",
    "groups": {"a": {"distinct_person": 5}, "b": {"distinct_person": 4}},
    "constraints": {"minimumIdentityCount": 5},
    "returned_groups": ["a"],
}
ALL: dict[str, Any] = {"groups": {"all": {"distinct_person": 4}}}
TWO_TABLES: dict[str, Any] = {
    "id": "R-02",
    "query_shape": "two joined tables",
    "groups": {
        "a": {"distinct_l_mail": 10, "distinct_r_phone": 19},
        "b": {"distinct_l_mail": 20, "distinct_r_phone": 20},
    },
    "constraints": [
        {"table": "l", "columnName": "mail", "minimum": 10, "type": "COUNT_DISTINCT"},
        {"table": "r", "columnName": "phone", "minimum": 20, "type": "COUNT_DISTINCT"},
    ],
    "returned_groups": ["b"],
}


@pytest.mark.parametrize(
    ("changes", "mark"),
    [
        ({}, Mark.RIGHT),
        ({"returned_groups": ["a", "b"]}, Mark.WRONG),
        ({"query_shape": "SUM(price) grouped by camp, city"}, Mark.RIGHT),
        (ALL | {"query_shape": "COUNT(*), no grouping", "returned_groups": ["all"]}, Mark.RIGHT),
        (ALL | {"query_shape": "COUNT(*) with a join", "returned_groups": []}, Mark.RIGHT),
        ({"query_shape": "SUM(price) with HAVING"}, Mark.NOT_COVERED),
        (TWO_TABLES, Mark.RIGHT),
        (TWO_TABLES | {"returned_groups": ["a", "b"]}, Mark.WRONG),
    ],
)  # fmt: skip
def test_a_result_case_uses_its_own_columns(tmp_path: Path, changes: dict[str, Any], mark: Mark) -> None:
    (result,) = judge_file(_write(tmp_path, result_cases=[RESULT | changes]))
    assert result.mark is mark, result.details


def test_a_case_that_cannot_be_judged_is_wrong_and_the_others_are_judged(tmp_path: Path) -> None:
    settled_nowhere = RESULT | {
        "query_shape": "SUM(price) grouped by camp, city",
        "constraints": {
            "minimumIdentityCount": 5,
            "outputColumnThresholds": [{"outputColumnName": "camp", "minimumIdentityCount": 0}],
        },
    }
    wrong, right = judge_file(_write(tmp_path, result_cases=[settled_nowhere, RESULT | {"id": "R-03"}]))
    assert (wrong.id, wrong.mark, wrong.found) == ("R-01", Mark.WRONG, "error")
    assert wrong.details[0].startswith("cannot be judged: NotAllowedError: the query is undocumented")
    assert (right.id, right.mark) == ("R-03", Mark.RIGHT)


def test_runner_names_a_missing_fixture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _write(tmp_path, cases=[CASE])
    assert main([str(path)]) == 1
    assert "there is no table fixture 'raw'" in capsys.readouterr().out


def test_runner_changes_a_member_of_a_fixture(tmp_path: Path) -> None:
    rule = {"type": "LIST", "joinColumns": ["a"], "listColumns": []}
    changed = CASE | {"tables": [{"fixture": "raw", "rule": rule}], "sql": "SELECT a FROM raw"}
    (result,) = judge_file(_write(tmp_path, table_fixtures=FIXTURE, cases=[changed]))
    assert any("a list query must be a SELECT DISTINCT" in line for line in result.details)


def test_runner_writes_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _write(tmp_path, table_fixtures=FIXTURE, cases=[CASE])
    assert main([str(path), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["counts"] == {"right": 1, "wrong": 0, "undocumented": 0, "not covered": 0}
    assert [case["id"] for case in document["cases"]] == ["X-01"]


def test_only_judges_cases_with_a_prefix(tmp_path: Path) -> None:
    path = _write(tmp_path, table_fixtures=FIXTURE, cases=[CASE, CASE | {"id": "Y-01"}])
    assert [result.id for result in judge_file(path, "Y")] == ["Y-01"]


@pytest.mark.parametrize("text", ["", "[1, 2]", "a: [", "just words"])
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(text)
    assert main([str(path)]) == 2
    assert str(path) in capsys.readouterr().err
