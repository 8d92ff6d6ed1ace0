"""`cleanroom explain` as people and programs use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.calling import Cleanroom

REACH = "examples/complete_journey/reach"
MEASUREMENT = "examples/complete_journey/measurement"


def test_a_table_is_explained(cleanroom: Cleanroom) -> None:
    outcome = cleanroom("explain", REACH, "transactions")
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    lines = outcome.stdout.splitlines()
    assert "what Brand (222222222222) may do" in lines
    (keys,) = [line.split() for line in lines if line.startswith("household_id ")]
    assert keys == ["household_id", "string", "-", "-", "-", "-", "-", "yes"]
    (group,) = [line.split() for line in lines if line.startswith("department ")]
    assert group == ["department", "string", "yes", "yes", "yes", "yes", "yes", "-"]
    assert "  household_id: COUNT DISTINCT" in lines
    assert "  campaign_mailings ON household_id = household_id" in lines
    assert "a query to start from: allowed" in lines


def test_the_example_passes_the_check(cleanroom: Cleanroom, tmp_path: Path) -> None:
    document = json.loads(cleanroom("explain", REACH, "--format", "json").stdout)
    assert {"campaign_mailings", "transactions"} <= {table["name"] for table in document["tables"]}
    for table in document["tables"]:
        query = tmp_path / f"{table['name']}.sql"
        query.write_text(table["example"]["sql"], encoding="utf-8")
        assert cleanroom("check", REACH, str(query)).exit_code == 0


def test_an_example_that_must_become_a_template_says_who_has_to_approve_it(
    cleanroom: Cleanroom, tmp_path: Path
) -> None:
    shown = cleanroom("explain", MEASUREMENT, "demographics").stdout
    assert "a query to start from, as an approved template: allowed" in shown
    assert "denied as ad hoc SQL: declare it under analysis_templates, and let Panel company" in shown
    for table in json.loads(cleanroom("explain", MEASUREMENT, "--format", "json").stdout)["tables"]:
        query = tmp_path / f"{table['name']}.sql"
        query.write_text(table["example"]["sql"], encoding="utf-8")
        checked = cleanroom("check", MEASUREMENT, str(query))
        assert checked.exit_code == bool(table["approvers"])
        assert ("analysis_not_approved" in checked.stdout) == bool(table["approvers"])


def test_a_misspelt_table_is_suggested(cleanroom: Cleanroom) -> None:
    outcome = cleanroom("explain", REACH, "transaction")
    assert outcome.exit_code == 2
    assert "did you mean 'transactions'?" in " ".join(outcome.stderr.split())


def test_a_member_who_cannot_query_learns_why(cleanroom: Cleanroom) -> None:
    outcome = cleanroom("explain", REACH, "transactions", "--as", "Retailer")
    assert outcome.exit_code == 0
    assert "no query over this table is allowed:" in outcome.stdout
    assert "  submitted_by_other_member: '111111111111' submits the query; only" in outcome.stdout


def test_budgets_are_named(cleanroom: Cleanroom) -> None:
    stdout = cleanroom("explain", MEASUREMENT, "transactions", "demographics").stdout
    assert "epsilon 10, noise of 30 users per query" in stdout
    assert "20 uses (calendar month), 100 uses (lifetime)" in stdout


def test_a_query_is_explained(cleanroom: Cleanroom) -> None:
    outcome = cleanroom("explain", REACH, "--query", "refused/household_ids_listed")
    assert outcome.exit_code == 0
    assert "refused/household_ids_listed: denied, reads campaign_mailings, transactions" in outcome.stdout
    assert "  denied: unlisted_column" in outcome.stdout
    assert "  passed: too_many_tables" in outcome.stdout


@pytest.mark.parametrize("room", [REACH, MEASUREMENT])
def test_verdicts_on_all_queries_are_those_of_check(cleanroom: Cleanroom, room: str) -> None:
    explained = json.loads(cleanroom("explain", room, "--queries", "--format", "json").stdout)["queries"]
    checked = json.loads(cleanroom("check", room, "--format", "json").stdout)["queries"]
    assert [(one["name"], one["verdict"]) for one in explained] == [(one["name"], one["verdict"]) for one in checked]
    for one, other in zip(explained, checked, strict=True):
        denied = {check["check"] for check in one["checks"] if check["findings"]}
        before = {finding["check"] for finding in one["before_rules"]}
        assert denied | before == {finding["check"] for finding in other["findings"]}


def test_an_unknown_table_is_an_input_error(cleanroom: Cleanroom) -> None:
    outcome = cleanroom("explain", REACH, "transaction")
    assert outcome.exit_code == 2
    assert "'transaction' is not a table of this room; its tables: transactions" in outcome.stderr


def test_what_is_allowed_but_never_shown_is_no_yes(cleanroom: Cleanroom) -> None:
    """Under differential privacy a group for each user holds one user, and is never shown."""
    outcome = cleanroom("explain", MEASUREMENT, "transactions")
    lines = outcome.stdout.splitlines()
    (user,) = [line.split() for line in lines if line.startswith("household_id ") and "string" in line]
    assert user == ["household_id", "string", "hidden", "hidden", "yes", "yes", "hidden", "yes"]
    (other,) = [line.split() for line in lines if line.startswith("department ")]
    assert "hidden" not in other
    assert "hidden: the query is allowed, but never shows a row" in outcome.stdout
    document = json.loads(cleanroom("explain", MEASUREMENT, "transactions", "--format", "json").stdout)
    columns = {column["name"]: column["hidden_uses"] for column in document["tables"][0]["columns"]}
    assert columns["household_id"] == ["select", "group", "sort"]
    assert columns["department"] == []
