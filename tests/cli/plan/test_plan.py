"""`cleanroom plan` as people and programs use it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest

from simulator.privacy.budget import BudgetModel
from simulator.privacy.ledger import Ledger
from simulator.room_budgets import budgets
from tests.cli.calling import Cleanroom
from tests.cli.plan.owners_marks import assert_rows_are_marked
from tests.cli.plan.pictures import words_of_picture
from tests.simulator.privacy.reserving import reserve

MEASUREMENT = "examples/complete_journey/measurement"
FEW = ("--paths", "200")

SMALL = """\
title: Weekly reach
start: 2026-01-01
length: 6 months
runs:
  - {query: reach_by_mailings, every: 1 week}
"""


@pytest.fixture
def small(tmp_path: Path) -> str:
    """A plan that the budget carries easily."""
    file = tmp_path / "plan.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return str(file)


def test_a_plan_over_budget(cleanroom: Cleanroom) -> None:
    """The budget, the first refusal, the errors, the money and the advice; in 80 columns."""
    outcome = cleanroom("plan", MEASUREMENT, *FEW)
    assert outcome.exit_code == 3
    assert "over budget" in outcome.stdout
    assert "660 COUNT DISTINCT (published)" in outcome.stdout
    assert "refused first" in outcome.stdout
    assert "expected error of sales_lift" in outcome.stdout
    assert "USD" in outcome.stdout
    assert "is the smallest budget that is enough" in outcome.stdout
    assert max(len(line) for line in outcome.stdout.splitlines()) <= 80
    assert outcome.stderr == ""


def test_a_plan_that_is_carried(cleanroom: Cleanroom, small: str) -> None:
    outcome = cleanroom("plan", MEASUREMENT, small)
    assert outcome.exit_code == 0
    assert "nothing in it is random" in outcome.stdout
    assert "none within the plan" in outcome.stdout


def test_the_same_for_programs(cleanroom: Cleanroom) -> None:
    outcome = cleanroom("plan", MEASUREMENT, *FEW, "--format", "json")
    found = json.loads(outcome.stdout)
    assert outcome.exit_code == 3
    private, access = found["budgets"]
    assert private["capacity_range"] == [660, 660]
    assert private["first_refusal"] == sorted(private["first_refusal"])
    assert access["unit"] == "uses"
    assert len(private["burn_down"]["days"]) == len(private["burn_down"]["full"]) == 365
    assert [run["query"] for run in found["runs"]][:2] == ["reach_by_mailings", "visit_frequency"]
    assert found["advice"][0]["epsilon"] in range(1, 21)
    assert len(found["advice"][0]["frontier"]) == 20


def test_an_audit_states_what_holds(cleanroom: Cleanroom, small: str) -> None:
    outcome = cleanroom("plan", MEASUREMENT, small, "--mode", "audit", "--format", "json")
    found = json.loads(outcome.stdout)
    assert found["mode"] == "audit"
    assert not found["budgets"][0]["capacity_published"]
    assert 0 < found["losses"][0]["epsilon"] < 5


@pytest.mark.usefixtures("sample_rows")
def test_sample_rows_show_bias_to_the_owner(cleanroom: Cleanroom, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(SMALL + "  - {query: sales_by_quarter, every: 1 month}\n", encoding="utf-8")
    outcome = cleanroom("plan", MEASUREMENT, str(file), "--data", "examples/complete_journey/data")
    assert "for the data owner only" in outcome.stdout
    assert "of 4 groups usable at the start" in outcome.stdout
    assert "median noise" in outcome.stdout
    assert "bias: the answer without noise, minus the exact value" in " ".join(outcome.stdout.split())


@pytest.mark.usefixtures("sample_rows")
def test_what_sample_rows_tell_is_marked(cleanroom: Cleanroom, small: str, tmp_path: Path) -> None:
    assert_rows_are_marked(cleanroom, tmp_path, "plan", MEASUREMENT, small, data="examples/complete_journey/data")


def test_a_ledger_is_where_it_begins(cleanroom: Cleanroom, small: str, tmp_path: Path) -> None:
    from cli.rooms.opening_aws import open_room

    (settings,) = budgets(open_room(Path(MEASUREMENT)).room).values()
    books = Ledger(tmp_path / "books.sqlite")
    books.commit(reserve(books, settings.account, 659 * BudgetModel().unit_rho(30), datetime(2026, 1, 1, tzinfo=UTC)))
    outcome = cleanroom("plan", MEASUREMENT, small, "--ledger", str(books.path))
    assert outcome.exit_code == 3
    assert "2026-01-08 00:00 UTC" in outcome.stdout
    missing = cleanroom("plan", MEASUREMENT, small, "--ledger", str(tmp_path / "none.sqlite"))
    assert (missing.exit_code, missing.stdout) == (2, "")


def test_an_unpublished_capacity_is_an_estimate_however_narrow(
    cleanroom: Cleanroom, small: str, tmp_path: Path
) -> None:
    """The published counts leave one capacity to epsilon 1 with noise 10; that does not make it published."""
    copytree(MEASUREMENT, tmp_path / "room")
    file = tmp_path / "room" / "room.yaml"
    text = file.read_text(encoding="utf-8")
    changed = re.sub(
        r"epsilon: \d+", "epsilon: 1", re.sub(r"users_noise_per_query: \d+", "users_noise_per_query: 10", text)
    )
    file.write_text(changed, encoding="utf-8")
    outcome = cleanroom("plan", str(tmp_path / "room"), small)
    assert "1 COUNT DISTINCT (estimate; the published counts leave no other)" in " ".join(outcome.stdout.split())


def test_a_query_that_is_not_allowed_ends_it(cleanroom: Cleanroom, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(SMALL + "  - {query: refused/cross_join, every: 1 month}\n", encoding="utf-8")
    outcome = cleanroom("plan", MEASUREMENT, str(file))
    assert outcome.exit_code == 1
    assert "refused/cross_join is denied" in outcome.stderr


def test_further_rooms_are_opened_from_the_plans_folder(cleanroom: Cleanroom, tmp_path: Path) -> None:
    room = Path(MEASUREMENT).resolve()
    file = tmp_path / "plan.yaml"
    file.write_text(
        SMALL + f"  - {{query: reach_by_mailings, every: 1 week, room: twin}}\nrooms: {{twin: {room}}}\n",
        encoding="utf-8",
    )
    found = json.loads(cleanroom("plan", MEASUREMENT, str(file), "--format", "json").stdout)
    assert found["losses"][0]["rooms"] == [None, "twin"]


@pytest.mark.parametrize(
    ("name", "message"), [("plan.gif", "allowed are .svg and .png"), ("file/plan.svg", "cannot write")]
)
def test_a_picture_that_cannot_be_drawn_is_told_first(
    cleanroom: Cleanroom, small: str, tmp_path: Path, name: str, message: str
) -> None:
    (tmp_path / "file").touch()
    outcome = cleanroom("plan", MEASUREMENT, small, "--picture", str(tmp_path / name))
    assert outcome.exit_code == 2
    assert message in outcome.stderr
    assert outcome.stdout == ""


def test_without_matplotlib_the_picture_says_how_to_get_it(
    cleanroom: Cleanroom, small: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    outcome = cleanroom("plan", MEASUREMENT, small, "--picture", str(tmp_path / "plan.svg"))
    assert outcome.exit_code == 2
    assert "python -m pip install -e '.[plots]'" in outcome.stderr


def test_the_same_answer_gives_the_same_picture(cleanroom: Cleanroom, tmp_path: Path) -> None:
    """Every axis says what it shows."""
    text = words_of_picture(cleanroom, tmp_path, "plan", MEASUREMENT, *FEW)
    for words in (
        "remaining aggregates",
        "COUNT DISTINCT of users",
        "remaining uses",
        "first refusal",
        "% of the value",
        "epsilon of the budget",
        "day (UTC)",
    ):
        assert words in text


def test_a_picture_for_print(cleanroom: Cleanroom, small: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.png"
    cleanroom("plan", MEASUREMENT, small, "--picture", str(file))
    assert file.read_bytes().startswith(b"\x89PNG")
