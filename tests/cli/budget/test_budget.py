"""The command about budgets: what was charged, for which query, and what is left open."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.rooms.opening_aws import load_or_exit
from simulator.privacy.accounts import Account
from simulator.privacy.ledger import Ledger
from simulator.room_budgets import budgets
from tests.cli.calling import Cleanroom
from tests.simulator.privacy.reserving import reserve

pytestmark = pytest.mark.usefixtures("sample_rows")

MEASUREMENT = "examples/complete_journey/measurement"


def account() -> Account:
    room = load_or_exit(Path(MEASUREMENT)).room
    return next(iter(budgets(room).values())).account


def test_the_history_names_queries_and_never_quotes_them(cleanroom: Cleanroom, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.sqlite"
    cleanroom("run", MEASUREMENT, "spend_of_redeemers", "--ledger", str(ledger))
    text = cleanroom("budget", MEASUREMENT, "--ledger", str(ledger), "--history").stdout
    assert "committed      5  spend_of_redeemers, SQL " in text
    assert "unfinished" not in text
    assert b"redeemers AS" not in ledger.read_bytes()
    document = json.loads(
        cleanroom("budget", MEASUREMENT, "--ledger", str(ledger), "--history", "--format", "json").stdout
    )
    (charge,) = document["budgets"][0]["history"]
    assert (charge["state"], charge["units"]) == ("committed", 5)
    assert charge["rho"] == pytest.approx(5 * float(account().unit or 0))


def test_unfinished_reservations_are_shown_without_being_asked_for(cleanroom: Cleanroom, tmp_path: Path) -> None:
    """A process died between reserving and committing: nobody else would tell."""
    ledger = tmp_path / "ledger.sqlite"
    unit = account().unit
    assert unit is not None
    reserve(Ledger(ledger), account(), 4 * unit, datetime(2026, 3, 10, 12, tzinfo=UTC), "sales_lift, SQL 0123")
    text = cleanroom("budget", MEASUREMENT, "--ledger", str(ledger)).stdout
    assert "unfinished:" in text
    assert "2026-03-10 12:00 UTC  reserved      4  sales_lift, SQL 0123" in text
    assert "these count as spent" in text


def test_a_refusal_counts_in_units(cleanroom: Cleanroom, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.sqlite"
    unit = account().unit
    assert unit is not None
    reserve(Ledger(ledger), account(), 658 * unit, datetime.now(UTC))
    outcome = cleanroom("run", MEASUREMENT, "sales_by_quarter", "--ledger", str(ledger))
    assert outcome.exit_code == 3
    assert "has 2.2 units left of 660.2 (CALENDAR_MONTH), the query needs 3" in " ".join(outcome.stderr.split())


def test_rooms_that_share_a_table(cleanroom: Cleanroom, tmp_path: Path) -> None:
    """The one under noise was asked nothing yet; the other has no noise, and is named."""
    rooms = [
        shutil.copytree(Path("examples/complete_journey") / name, tmp_path / name, ignore=shutil.ignore_patterns(".*"))
        for name in ("reach", "measurement")
    ]
    shown = " ".join(cleanroom("budget", *map(str, rooms)).stdout.split())
    assert "all answers to date: nothing was answered and charged so far" in shown
    assert "tables in several of these rooms: the losses add up" in shown
    assert (
        "in complete-journey-reach, complete-journey-measurement: nothing was answered and charged so far; what "
        "complete-journey-reach shows of it has no noise and comes on top, without a bound"
    ) in shown
