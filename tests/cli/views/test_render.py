"""`cleanroom render bigquery`: what is written makes the room, and an update of an older one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cli.console.exit_codes import ExitCode
from declarations.bigquery.room import BigQueryRoom
from declarations.loading import LoadedBigQueryRoom, load_any_room
from tests.bigquery_endpoint.changed_rooms import changed_room
from tests.cli.calling import Cleanroom, Outcome

EXAMPLE = Path(__file__).parents[3] / "examples" / "bigquery_exams" / "room.yaml"
EXAM = "clean-room-demo.mydataset.ExamView"

Update = Callable[..., Outcome]


def _room(path: Path) -> BigQueryRoom:
    loaded = load_any_room(path)
    assert isinstance(loaded, LoadedBigQueryRoom)
    return loaded.room


def _after(room: BigQueryRoom, script: str) -> BigQueryRoom:
    """Return *room* after the statements of *script*, which have no semicolon but at their ends."""
    for statement in script.split(";\n"):
        if not all(line.startswith("--") for line in statement.splitlines() if line):
            room = changed_room(room, statement)
    return room


@pytest.fixture
def update(cleanroom: Cleanroom, tmp_path: Path) -> Update:
    """Render the example's room, with replacements in its text, against itself."""

    def call(*changes: tuple[str, str]) -> Outcome:
        text = EXAMPLE.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / "new.yaml").write_text(text, encoding="utf-8")
        return cleanroom("render", "bigquery", str(tmp_path / "new.yaml"), "--against", str(EXAMPLE))

    return call


def test_the_script_makes_the_room(cleanroom: Cleanroom) -> None:
    """Read back, the statements give every view its policy and its query."""
    outcome = cleanroom("render", "bigquery", str(EXAMPLE))
    assert outcome.exit_code == ExitCode.OK
    room = _room(EXAMPLE)
    made = _after(room.model_copy(update={"views": ()}), outcome.stdout)
    for view in room.views:
        found = made.view(view.name)
        assert found is not None
        assert (found.privacy_policy, found.query) == (view.privacy_policy, f"(\n{view.query}\n)")
    assert "-- Replacing it begins its privacy budgets anew: epsilon 25.6 and delta 0.1." in outcome.stdout


def test_views_stand_after_what_they_read(cleanroom: Cleanroom, tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    outer = "views:\n    - {name: mydataset.Outer, query: SELECT test_id FROM mydataset.ExamView}\n"
    (tmp_path / "room.yaml").write_text(text.replace("views:\n", outer), encoding="utf-8")
    script = cleanroom("render", "bigquery", str(tmp_path)).stdout
    assert script.index("VIEW `clean-room-demo`.`mydataset`.`ExamView`") < script.index("`mydataset`.`Outer`")
    assert "-- clean-room-demo.mydataset.Outer: no policy of its own\n" in script


def test_another_project(cleanroom: Cleanroom) -> None:
    script = cleanroom("render", "bigquery", str(EXAMPLE), "--project", "another-project").stdout
    assert "CREATE OR REPLACE VIEW `another-project`.`mydataset`.`ExamView`\n" in script


def test_into_a_file(cleanroom: Cleanroom, tmp_path: Path) -> None:
    outcome = cleanroom("render", "bigquery", str(EXAMPLE), "-o", str(tmp_path / "views.sql"))
    assert (outcome.exit_code, outcome.stdout) == (ExitCode.OK, "")
    assert (tmp_path / "views.sql").read_text(encoding="utf-8").startswith("-- The views of room 'exams'")
    assert (
        cleanroom("render", "bigquery", str(EXAMPLE), "-o", str(tmp_path / "views.sql" / "x")).exit_code
        == ExitCode.INPUT
    )


def test_nothing_changed(update: Update) -> None:
    """A script of comments alone."""
    lines = update().stdout.splitlines()
    assert [line for line in lines if line and not line.startswith("-- ")] == []
    assert f"-- {EXAM}: keep (AGGREGATION_THRESHOLD)" in lines


def test_a_policy_is_altered(update: Update) -> None:
    outcome = update(("threshold: 3", "threshold: 2"))
    room = _after(_room(EXAMPLE), outcome.stdout)
    policy = room.views[-1].privacy_policy
    assert policy is not None
    assert policy.aggregation_threshold_policy is not None
    assert policy.aggregation_threshold_policy.threshold == 2
    assert (
        f"-- {EXAM}: alter (AGGREGATION_THRESHOLD)\n"
        "--   aggregation_threshold_policy.threshold: 3 becomes 2\n"
        "--   loosens: the threshold falls from 3 to 2\n"
        "ALTER VIEW"
    ) in outcome.stdout


def test_what_fills_a_budget_up_is_said(update: Update) -> None:
    outcome = update(("epsilon_budget: 25.6", "epsilon_budget: 20"))
    assert "--   its privacy budgets begin anew\n" in outcome.stdout
    assert "begin anew with epsilon 20 and delta 0.1; what is left of the old ones is not known" in outcome.stdout


def test_a_view_that_is_declared_no_more_is_left(update: Update) -> None:
    outcome = update(("name: mydataset.ExamView", "name: mydataset.Renamed"))
    assert "CREATE VIEW `clean-room-demo`.`mydataset`.`Renamed`\n" in outcome.stdout
    assert outcome.stdout.endswith(
        f"-- {EXAM}: declared no more, and left as it is; to drop it:\n"
        "-- DROP VIEW `clean-room-demo`.`mydataset`.`ExamView`;\n"
    )


def test_what_is_forbidden_is_not_written(update: Update) -> None:
    found = "aggregation_threshold_policy:\n          threshold: 3\n          privacy_unit_column: last_name"
    join = "join_restriction_policy: {join_condition: JOIN_ANY, join_allowed_columns: [test_id]}"
    outcome = update((found, join))
    assert (outcome.exit_code, outcome.stdout) == (ExitCode.DENIED, "")
    assert outcome.stderr == (
        f"{EXAM}: a view under aggregation_threshold_policy cannot be altered to join_restriction_policy; "
        "create a new view\n"
    )


def test_a_policy_is_not_taken_off(update: Update) -> None:
    found = (
        "      privacy_policy:\n        aggregation_threshold_policy:\n          threshold: 3\n"
        "          privacy_unit_column: last_name\n"
    )
    outcome = update((found, ""))
    assert outcome.exit_code == ExitCode.DENIED
    assert outcome.stderr == (f"{EXAM}: taking a privacy policy off a view is not documented; create a new view\n")


def test_a_statement_that_does_not_read_back_is_not_written(update: Update) -> None:
    outcome = update(("query: SELECT * FROM mydataset.ExamTable", "query: SELECT * FROM mydataset.ExamTable; -- all"))
    assert (outcome.exit_code, outcome.stdout) == (ExitCode.INPUT, "")
    assert outcome.stderr.startswith(f"no statement can make the view '{EXAM}': the text holds several statements")


def test_the_script_says_where_to_run_it(cleanroom: Cleanroom, update: Update) -> None:
    """Queries stay as written: a table without a project is looked up where the script runs."""
    where = "-- Run it in project elsewhere-123: tables that a query names without a project are looked up there.\n"
    assert where in cleanroom("render", "bigquery", str(EXAMPLE), "--project", "elsewhere-123").stdout
    assert "-- Run it in project" not in update().stdout
