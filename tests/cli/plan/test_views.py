"""`cleanroom plan` over rooms of BigQuery, and over both clouds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.rooms.opening import open_any_room
from cli.rooms.opening_bigquery import OpenedBigQueryRoom
from simulator.privacy.ledger import Ledger
from simulator.views.budgets import view_budgets
from tests.cli.calling import Cleanroom
from tests.cli.plan.owners_marks import assert_rows_are_marked
from tests.cli.plan.pictures import words_of_picture
from tests.simulator.privacy.reserving import reserve

EXAMS = "examples/bigquery_exams"
FEW = ("--paths", "200")
SMALL = """\
title: Two averages
start: 2026-01-01
length: 1 month
runs:
  - {query: average_score, every: 15 days, until: 2026-01-20}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A plan that the budget carries."""
    file = tmp_path / "plan.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return file


def test_a_plan_that_is_not_carried(cleanroom: Cleanroom) -> None:
    """Both budgets of the view, what a query is charged, its errors and the advice; no money; in 80 columns."""
    outcome = cleanroom("plan", EXAMS, *FEW)
    assert outcome.exit_code == 3
    for words in (
        "2026-09-01 to 2026-12-31; 200 random paths",
        "epsilon of view\nmydataset.NoisyExams, never refreshed",
        "a full budget holds  epsilon 25.6",
        "delta of view mydataset.NoisyExams",
        "charged to views for each query; given back if it fails before rows are read",
        "     10   0.01  mydataset.NoisyExams  average_score",
        "AVG(test_score), mean error, at most",
        "groups of fewer than about 3 users are not shown (follows from delta)",
        "clean-room-demo.mydataset.ExamTable by last_name",
        "advice for view mydataset.NoisyExams in exams",
    ):
        assert words in outcome.stdout
    assert "money" not in outcome.stdout
    assert max(len(line) for line in outcome.stdout.splitlines()) <= 80
    assert outcome.stderr == ""


def test_runs_of_one_query_are_told_apart(cleanroom: Cleanroom) -> None:
    """By how often they are asked; what the query costs is the same, and said once."""
    text = cleanroom("plan", EXAMS, *FEW).stdout
    words = " ".join(text.split())
    assert "average_score, every month (" in words
    assert "average_score, about 1 per month (" in words
    assert text.count("mydataset.NoisyExams  average_score") == 1


def test_a_plan_that_is_carried(cleanroom: Cleanroom, small: Path) -> None:
    outcome = cleanroom("plan", EXAMS, str(small))
    assert outcome.exit_code == 0
    assert "none within the plan" in outcome.stdout


def test_the_same_for_programs(cleanroom: Cleanroom) -> None:
    outcome = cleanroom("plan", EXAMS, *FEW, "--format", "json", "--data", f"{EXAMS}/data")
    found = json.loads(outcome.stdout)
    epsilon, delta = found["budgets"]
    assert (epsilon["type"], epsilon["unit"], epsilon["capacity"]) == ("VIEW_EPSILON", "epsilon", 25.6)
    assert (delta["type"], delta["unit"], delta["capacity"]) == ("VIEW_DELTA", "delta", 0.1)
    assert epsilon["limits"] == [{"type": "LIFETIME", "amount": 25.6, "auto_refresh": True}]
    assert epsilon["burn_down"]["remaining"][1][0] == 15.6
    assert found["runs"][0]["charges"] == [{"view": "mydataset.NoisyExams", "epsilon": 10, "delta": 0.01}]
    assert found["money"] is None
    assert found["for_the_data_owner_only"]["accuracy"][0]["pilot_run"]["groups"] == 3
    assert found["view_advice"][0]["queries"][0]["asked_epsilon"] == 10


def test_sample_rows_show_which_groups_come_out(cleanroom: Cleanroom, small: Path) -> None:
    outcome = cleanroom("plan", EXAMS, str(small), "--data", f"{EXAMS}/data")
    told = " ".join(outcome.stdout.split())
    pilot = "pilot run (for the data owner only; the service does not show it): 2 of 3 groups of the sample were shown"
    assert pilot in told


def test_what_sample_rows_tell_is_marked(cleanroom: Cleanroom, small: Path) -> None:
    assert_rows_are_marked(cleanroom, small.parent, "plan", EXAMS, str(small), data=f"{EXAMS}/data")


def test_what_is_null_for_want_of_bounds_is_told(cleanroom: Cleanroom, small: Path) -> None:
    """In the table of errors, beside the pilot run, and instead of an ε."""
    room = small.parent
    (room / "room.yaml").write_text(Path(f"{EXAMS}/room.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (room / "queries").mkdir()
    query = "SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS (epsilon = 4) COUNT(*) AS n FROM mydataset.NoisyExams"
    (room / "queries" / "few.sql").write_text(query, encoding="utf-8")
    sizes = "accuracy: {group_users: 30, group_sizes: [10, 30]}\n"
    small.write_text(SMALL.replace("average_score", "few") + sizes, encoding="utf-8")
    outcome = cleanroom("plan", str(room), "--data", f"{EXAMS}/data")
    told = " ".join(outcome.stdout.split())
    assert "COUNT(*), at least NULL" in told
    assert "COUNT(*): NULL in 1 of 1 groups: no bounds were found" in told
    assert "COUNT(*): mostly NULL in groups of fewer than about 18 users" in told
    assert "4 ? few, COUNT(*)" in told
    assert "COUNT(*) in 1 of 1 groups; no epsilon is advised for it; state them with" in told
    found = json.loads(cleanroom("plan", str(room), "--data", f"{EXAMS}/data", "--format", "json").stdout)
    null = {"column": "COUNT(*)", "groups_null": 1, "groups_shown": 1}
    assert found["accuracy"][0]["columns"][0]["mostly_null_below_users"] == 18
    assert found["view_advice"][0]["null_columns"] == []
    owners = found["for_the_data_owner_only"]
    assert owners["accuracy"][0]["pilot_run"]["null"] == [null]
    assert owners["view_advice"][0]["null_columns"] == [{"query": "few"} | null]
    assert owners["view_advice"][0]["queries"][0]["needed_epsilon"] is None


def test_a_ledger_is_where_it_begins(cleanroom: Cleanroom, small: Path, tmp_path: Path) -> None:
    opened = open_any_room(Path(EXAMS))
    assert isinstance(opened, OpenedBigQueryRoom)
    account = view_budgets(opened.room)["mydataset.NoisyExams"].epsilon
    books = Ledger(tmp_path / "books.sqlite")
    assert account.unit is not None
    books.commit(reserve(books, account, 10 * account.unit, datetime(2025, 1, 1, tzinfo=UTC)))
    outcome = cleanroom("plan", EXAMS, str(small), "--ledger", str(books.path))
    assert outcome.exit_code == 3
    assert "2026-01-16 00:00 UTC" in outcome.stdout


def test_a_query_that_is_not_allowed_ends_it(cleanroom: Cleanroom, small: Path) -> None:
    small.write_text(SMALL + "  - {query: refused/names, every: 1 month}\n", encoding="utf-8")
    outcome = cleanroom("plan", EXAMS, str(small))
    assert outcome.exit_code == 1
    assert "refused/names is denied" in outcome.stderr


def test_names_of_the_room_are_checked(cleanroom: Cleanroom, small: Path) -> None:
    small.write_text(SMALL + "changes:\n  - {at: 2026-01-10, view: NoisyExams, recreate: true}\n", encoding="utf-8")
    assert cleanroom("plan", EXAMS, str(small)).exit_code == 2
    small.write_text(
        SMALL + "changes:\n  - {at: 2026-01-10, view: mydataset.Noisy, recreate: true}\n", encoding="utf-8"
    )
    outcome = cleanroom("plan", EXAMS, str(small))
    assert outcome.exit_code == 2
    told = " ".join(outcome.stderr.split())
    assert "the room has no view 'mydataset.Noisy' under differential privacy" in told
    assert "did you mean 'mydataset.NoisyExams'?" in told


def test_one_plan_over_both_clouds(cleanroom: Cleanroom, small: Path) -> None:
    """A room of either cloud may be the first; the other is a further one."""
    exams, reach = Path(EXAMS).resolve(), Path("examples/complete_journey/measurement").resolve()
    of_aws = "  - {query: reach_by_mailings, every: 1 week, room: aws}\n"
    small.write_text(SMALL + of_aws + f"rooms: {{aws: {reach}}}\n", encoding="utf-8")
    found = json.loads(cleanroom("plan", str(exams), str(small), "--format", "json").stdout)
    assert [each["type"] for each in found["budgets"]][:2] == ["VIEW_EPSILON", "VIEW_DELTA"]
    assert "DIFFERENTIAL_PRIVACY" in [each["type"] for each in found["budgets"]]
    assert found["money"]["usd"] is not None
    turned = SMALL.replace("average_score,", "average_score, room: views,")
    small.write_text(turned + of_aws.replace(", room: aws", "") + f"rooms: {{views: {exams}}}\n", encoding="utf-8")
    outcome = cleanroom("plan", str(reach), str(small))
    assert outcome.exit_code == 0
    assert "mode aws" in outcome.stdout
    assert "charged to views" in outcome.stdout


def test_the_picture_shows_both_budgets_and_the_advice(cleanroom: Cleanroom, tmp_path: Path) -> None:
    text = words_of_picture(cleanroom, tmp_path, "plan", EXAMS, *FEW)
    for words in (
        "remaining epsilon",
        "remaining delta",
        "first refusal",
        "% of the paths",
        "is first in",
        "epsilon_budget of the view",
        "% of the value",
    ):
        assert words in text
