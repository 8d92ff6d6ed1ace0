"""The command about budgets on rooms of BigQuery: which queries it prices, and whose budgets it fills up."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.calling import Cleanroom
from tests.simulator.privacy.reserving import reserve

ROOM = Path(__file__).parents[3] / "examples" / "bigquery_exams"
AWS_ROOM = "examples/complete_journey/measurement"
VIEW = "mydataset.NoisyExams"


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A copy of the example with a ledger of its own."""
    return shutil.copytree(ROOM, tmp_path / "exams", ignore=shutil.ignore_patterns(".*"))


def left(cleanroom: Cleanroom, room: Path) -> tuple[float, float]:
    (view,) = json.loads(cleanroom("budget", str(room), "--format", "json").stdout)["views"]
    return view["epsilon_budget_remaining"], view["delta_budget_remaining"]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT last_name FROM mydataset.NoisyExams", "is denied, so it was not run"),
        ("SELECT COUNT(*) AS n FROM mydataset.NoExams", "is denied, so it was not run"),
    ],
)
def test_a_query_that_is_not_allowed_has_no_price(cleanroom: Cleanroom, room: Path, sql: str, said: str) -> None:
    (room / "queries" / "bad.sql").write_text(sql)
    outcome = cleanroom("budget", str(room), "-q", "bad")
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert said in outcome.stderr


def test_a_query_that_no_full_budget_carries(cleanroom: Cleanroom, room: Path) -> None:
    """Each of its two private SELECTs is charged δ; the ε of both together is what one query may consume."""
    text = (room / "room.yaml").read_text()
    (room / "room.yaml").write_text(text.replace("delta_budget: 0.1", "delta_budget: 0.015"))
    sql = (room / "queries" / "average_score.sql").read_text().replace("epsilon = 10", "epsilon = 5")
    select = sql[sql.index("SELECT") :].rstrip().removesuffix(";")
    (room / "queries" / "twice.sql").write_text(f"{select}\nUNION ALL\n{select}")
    outcome = cleanroom("budget", str(room), "-q", "twice")
    assert (outcome.exit_code, outcome.stdout) == (3, "")
    assert "insufficient_privacy_budget" in outcome.stderr


def test_a_price(cleanroom: Cleanroom, room: Path) -> None:
    document = json.loads(cleanroom("budget", str(room), "-q", "average_score", "--format", "json").stdout)
    assert document["costs"] == [{"query": "average_score", "views": [{"view": VIEW, "epsilon": 10.0, "delta": 0.01}]}]


def test_no_budget_is_filled_up_where_another_room_fails(cleanroom: Cleanroom, room: Path, tmp_path: Path) -> None:
    other = shutil.copytree(room, tmp_path / "other")
    text = (other / "room.yaml").read_text()
    (other / "room.yaml").write_text(text.replace(VIEW, "mydataset.OtherExams"))
    (other / "queries" / "average_score.sql").unlink()
    assert cleanroom("run", str(room), "average_score").exit_code == 0
    spent = left(cleanroom, room)
    outcome = cleanroom("budget", str(room), str(other), "--renew", VIEW)
    assert outcome.exit_code == 2
    assert f"--renew: '{VIEW}' is not a view under differential privacy of 'exams'; they are: " in outcome.stderr
    assert left(cleanroom, room) == spent
    assert cleanroom("budget", str(room), "--renew", VIEW, "-q", "no_such_query").exit_code == 2
    assert left(cleanroom, room) == spent
    assert cleanroom("budget", str(room), "--renew", VIEW).exit_code == 0
    assert left(cleanroom, room) > spent


def test_budgets_of_aws_are_not_filled_up_by_hand(cleanroom: Cleanroom, room: Path) -> None:
    assert cleanroom("run", str(room), "average_score").exit_code == 0
    spent = left(cleanroom, room)
    for rooms in ([AWS_ROOM], [str(room), AWS_ROOM]):
        outcome = cleanroom("budget", *rooms, "--renew", VIEW)
        assert (outcome.exit_code, outcome.stdout) == (2, "")
        assert "'complete-journey-measurement' is a room of AWS, whose budgets cannot be filled up" in outcome.stderr
    assert left(cleanroom, room) == spent


def test_unfinished_reservations_of_views_count_as_spent(cleanroom: Cleanroom, room: Path) -> None:
    """As of AWS's budgets: one list of charges for both clouds."""
    from datetime import UTC, datetime

    from cli.rooms.opening import load_any_or_exit
    from cli.rooms.opening_bigquery import OpenedBigQueryRoom
    from cli.run.inputs import open_ledger
    from simulator.views.budgets import view_budgets

    opened = load_any_or_exit(room)
    assert isinstance(opened, OpenedBigQueryRoom)
    budget = view_budgets(opened.room)[VIEW]
    books = open_ledger(opened, None)
    for account in (budget.epsilon, budget.delta):
        assert account.unit is not None
        reserve(books, account, account.unit / 100, datetime(2026, 3, 10, 12, tzinfo=UTC), "average, SQL 0123")
    shown = cleanroom("budget", str(room)).stdout
    assert "2026-03-10 12:00 UTC  reserved     0.01   0.01  average, SQL 0123" in shown
    assert "these count as spent" in shown
