"""`cleanroom check` as people and programs use it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.calling import Cleanroom

REACH = "examples/complete_journey/reach"
MEASUREMENT = "examples/complete_journey/measurement"


@pytest.mark.parametrize("room", [REACH, MEASUREMENT])
def test_the_example_is_as_expected(cleanroom: Cleanroom, room: str) -> None:
    """Allowed queries are allowed, and refused ones are refused by the check their header names."""
    outcome = cleanroom("check", room)
    assert outcome.exit_code == 0
    assert "; all as expected\n" in outcome.stdout
    assert outcome.stderr == ""


def test_piped_output_is_plain_and_narrow(cleanroom: Cleanroom) -> None:
    """No colour, and 80 columns but for addresses, which cannot be broken."""
    outcome = cleanroom("check", REACH, "refused/household_ids_listed")
    assert "\x1b" not in outcome.stdout
    long = [line for line in outcome.stdout.splitlines() if len(line) > 80]
    assert long
    assert all(line.strip().startswith("https://") and " " not in line.strip() for line in long)


def test_the_offending_span_is_underlined(cleanroom: Cleanroom) -> None:
    """One query named: its findings are shown although they are expected."""
    lines = cleanroom("check", REACH, "refused/household_ids_listed").stdout.splitlines()
    at = next(index for index, line in enumerate(lines) if "^" in line)
    marked = lines[at - 1][lines[at].index("^") : lines[at].rindex("^") + 1]
    assert marked == "t.household_id"


def test_unexpected_denial_exits_1(cleanroom: Cleanroom, tmp_path: Path) -> None:
    """A query without an `-- expect:` line must be allowed."""
    query = tmp_path / "ids.sql"
    query.write_text("SELECT household_id FROM transactions\n", encoding="utf-8")
    outcome = cleanroom("check", REACH, str(query))
    assert outcome.exit_code == 1
    assert "1 checked: 0 allowed, 1 denied, 0 undocumented; 1 not as expected" in outcome.stdout


def test_denied_by_another_check_than_expected_exits_1(cleanroom: Cleanroom, tmp_path: Path) -> None:
    """`-- expect: denied CHECK` names the reason, not only the verdict."""
    query = tmp_path / "ids.sql"
    query.write_text("-- expect: denied self_join\nSELECT household_id FROM transactions\n", encoding="utf-8")
    outcome = cleanroom("check", REACH, str(query))
    assert outcome.exit_code == 1
    assert "EXPECTED denied self_join; " in outcome.stdout


def test_an_expected_check_that_does_not_exist_is_named(cleanroom: Cleanroom, tmp_path: Path) -> None:
    query = tmp_path / "ids.sql"
    query.write_text("-- expect: denied self_joins\nSELECT household_id FROM transactions\n", encoding="utf-8")
    said = " ".join(cleanroom("check", REACH, str(query)).stdout.split())
    assert "EXPECTED denied self_joins (there is no check 'self_joins'; did you mean 'self_join'?); " in said


def test_open_question_needs_an_answer(cleanroom: Cleanroom, tmp_path: Path) -> None:
    """Undocumented exits 1 under the strict reading; an answer, or --allow-undocumented, lets it pass."""
    text = (Path(REACH) / "queries" / "sales_by_week.sql").read_text(encoding="utf-8")
    query = tmp_path / "between.sql"
    query.write_text(re.sub(r"WHERE\b", "WHERE t.week BETWEEN 1 AND 9 AND", text), encoding="utf-8")
    assert "between_in_where" in cleanroom("check", REACH, str(query)).stdout
    assert cleanroom("check", REACH, str(query)).exit_code == 1
    assert cleanroom("check", REACH, str(query), "--allow-undocumented").exit_code == 0
    assert cleanroom("check", REACH, str(query), "--reading", "between_in_where=permissive").exit_code == 0
    denied = cleanroom("check", REACH, str(query), "--reading", "between_in_where=strict", "--allow-undocumented")
    assert denied.exit_code == 1


def test_json_names_everything(cleanroom: Cleanroom) -> None:
    """The document for programs: verdicts, expectations, findings with spans, and the exit code."""
    outcome = cleanroom("check", REACH, "--format", "json")
    document = json.loads(outcome.stdout)
    assert document["exit_code"] == outcome.exit_code == 0
    by_name = {query["name"]: query for query in document["queries"]}
    refused = by_name["refused/household_ids_listed"]
    assert (refused["verdict"], refused["expected"], refused["as_expected"]) == ("denied", "denied", True)
    finding = refused["findings"][0]
    assert {"check", "message", "source", "basis", "span", "table", "owner", "setting"} <= finding.keys()
    assert finding["span"].keys() == {"line", "column", "start", "length"}


def test_only_the_query_runner_submits(cleanroom: Cleanroom) -> None:
    """Another member of the room, by name."""
    outcome = cleanroom("check", REACH, "sales_by_week", "--as", "Retailer")
    assert outcome.exit_code == 1
    assert "submitted_by_other_member" in outcome.stdout
