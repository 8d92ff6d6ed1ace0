"""`cleanroom check` with policies, several rooms and reports."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from tests.cli.calling import Cleanroom
from tests.cli.small_room import write_room

EXAMPLES = "examples/complete_journey"
SCHEMA = Path(__file__).parents[3] / "docs" / "check.schema.json"


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A room whose minimum is too low for the baseline, in a repository of its own."""
    (tmp_path / ".git").mkdir()
    room = write_room(tmp_path)[0]
    file = room / "room.yaml"
    file.write_text(file.read_text().replace("household_id: string", "household_id: {type: string, pii: hashed_email}"))
    return room


def test_the_examples_keep_every_policy_or_waive_it_with_a_reason(cleanroom: Cleanroom) -> None:
    outcome = cleanroom("check", EXAMPLES)
    assert outcome.exit_code == 0
    assert "0 not as expected" not in outcome.stdout
    assert "failed" not in outcome.stdout.splitlines()[-1]


def test_a_mandatory_policy_fails_the_run_and_shows_the_line(cleanroom: Cleanroom, room: Path) -> None:
    outcome = cleanroom("check", str(room), "--only", "low_minimum")
    assert outcome.exit_code == 1
    lines = outcome.stdout.splitlines()
    at = next(index for index, line in enumerate(lines) if "low_minimum (" in line)
    assert f"{room}/room.yaml:25:" in lines[at]
    assert "minimum: 2" in lines[at + 1]
    assert lines[-1] == "1 policy, 1 check: 0 passed, 1 failed"


def test_queries_only(cleanroom: Cleanroom, room: Path) -> None:
    outcome = cleanroom("check", str(room), "--no-policies")
    assert outcome.exit_code == 0
    assert outcome.stdout.endswith("0 checked: 0 allowed, 0 denied, 0 undocumented; all as expected\n")


def test_a_company_decides(cleanroom: Cleanroom, room: Path) -> None:
    (room.parent / "policies.yaml").write_text("policies: {low_minimum: {level: advisory}}")
    assert cleanroom("check", str(room), "--only", "low_minimum").exit_code == 0
    other = room.parent / "strict.yaml"
    other.write_text("policies: {low_minimum: {level: mandatory}}")
    assert cleanroom("check", str(room), "--only", "low_minimum", "--policies", str(other)).exit_code == 1


def test_a_comment_excuses(cleanroom: Cleanroom, room: Path) -> None:
    file = room / "room.yaml"
    text = file.read_text().replace(
        "type: COUNT_DISTINCT}]\n", "type: COUNT_DISTINCT}]  # waive low_minimum until 2099-01-01 by me: x\n"
    )
    file.write_text(text)
    outcome = cleanroom("check", str(room), "--only", "low_minimum")
    assert (outcome.exit_code, outcome.stdout.splitlines()[-1]) == (0, "1 policy, 1 check: 0 passed, 1 waived")


def test_reports_in_every_form_from_one_run(cleanroom: Cleanroom, room: Path, tmp_path: Path) -> None:
    forms = ("text", "json", "sarif", "junit", "github", "markdown")
    words = [word for form in forms for word in ("--report", f"{form}={tmp_path}/out/{form}")]
    outcome = cleanroom("check", str(room), *words, "--format", "github")
    written = {form: (tmp_path / "out" / form).read_text() for form in forms}
    assert written["github"] == outcome.stdout
    assert {"low_minimum", "self_join", "syntax_error", "unused_waiver"} <= {
        rule["id"] for rule in json.loads(written["sarif"])["runs"][0]["tool"]["driver"]["rules"]
    }
    assert int(ET.fromstring(written["junit"]).get("failures", "0")) > 0  # noqa: S314 - our own document
    assert json.loads(written["json"])["exit_code"] == outcome.exit_code == 1
    assert written["markdown"].startswith("### Clean rooms: does not pass")


@pytest.mark.parametrize("words", [[EXAMPLES], [f"{EXAMPLES}/reach"], [EXAMPLES, "--no-policies"]])
def test_json_is_as_its_schema_says(cleanroom: Cleanroom, words: list[str]) -> None:
    document = json.loads(cleanroom("check", *words, "--format", "json").stdout)
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))


def test_a_refused_query_is_in_every_report(cleanroom: Cleanroom, room: Path) -> None:
    (room / "queries").mkdir()
    (room / "queries" / "ids.sql").write_text("SELECT week,\n  household_id FROM transactions\n")
    (room / "queries" / "hoped.sql").write_text("-- expect: denied self_join\nSELECT household_id FROM transactions\n")
    outcome = cleanroom("check", str(room), "--no-policies", "--format", "github")
    assert outcome.exit_code == 1
    lines = outcome.stdout.splitlines()
    assert any(f"file={room}/queries/ids.sql,line=2,col=3," in line for line in lines)
    [unexpected] = [line for line in lines if "unexpected_verdict" in line]
    assert "the header expects 'denied self_join', and the verdict is denied (" in unexpected


def test_several_rooms_are_judged_together(cleanroom: Cleanroom, room: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(room, other)
    twins = cleanroom("check", str(room), str(other))
    assert twins.exit_code == 2
    assert "two rooms are named 'small'" in twins.stderr
    file = other / "room.yaml"
    file.write_text(file.read_text().replace("name: small", "name: large"))
    outcome = cleanroom("check", str(tmp_path), "--only", "one_table_in_several_rooms")
    assert outcome.exit_code == 1
    assert "the rows behind 'transactions' are also in 'small'" in outcome.stdout
    assert "0 checked: 0 allowed, 0 denied, 0 undocumented; all as expected" in outcome.stdout


def test_rooms_with_different_decisions_are_judged_apart(cleanroom: Cleanroom, room: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(room, other)
    file = other / "room.yaml"
    file.write_text(file.read_text().replace("name: small", "name: large"))
    (other / "policies.yaml").write_text("baseline: true")
    outcome = cleanroom("check", str(tmp_path))
    assert outcome.exit_code == 2
    assert "have one policies.yaml" in " ".join(outcome.stderr.split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--only", "low_minimun"], "there is no policy 'low_minimun'"),
        (["--policies", "nowhere.yaml"], "no file or folder named 'nowhere.yaml'"),
        (["--report", "pdf=x"], "'pdf=x' is not FORMAT=FILE"),
        (["--report", "sarif=a", "--report", "sarif=b"], "'sarif' is written once, found 'sarif=b' as another"),
        (["--report", "sarif=/dev/null/x"], "cannot write /dev/null/x"),
        (["query", EXAMPLES], "queries can be named of one room only"),
    ],
)
def test_mistakes(cleanroom: Cleanroom, room: Path, words: list[str], message: str) -> None:
    outcome = cleanroom("check", str(room), *words)
    assert outcome.exit_code == 2
    assert message in " ".join(outcome.stderr.replace("│", " ").split())


def test_a_folder_without_rooms(cleanroom: Cleanroom, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "notes.txt").touch()
    outcome = cleanroom("check", str(tmp_path))
    assert outcome.exit_code == 2
    assert "the folder holds no room file" in " ".join(outcome.stderr.split())


def test_rooms_in_python_below_a_folder_are_not_run(cleanroom: Cleanroom, room: Path, tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "room.py").write_text("raise SystemExit(70)")
    assert cleanroom("check", str(tmp_path), "--no-policies").exit_code == 0


def test_waivers_without_policies_beside_them_are_refused(cleanroom: Cleanroom, room: Path) -> None:
    (room / "waivers.yaml").write_text("waivers: []", encoding="utf-8")
    outcome = cleanroom("check", str(room))
    assert outcome.exit_code == 2
    assert "nothing reads these waivers: there is no policies.yaml beside them" in " ".join(outcome.stderr.split())
