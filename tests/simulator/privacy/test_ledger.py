"""The ledger's rules, one at a time."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from simulator.privacy.accountant import PrivacyLoss
from simulator.privacy.accounts import (
    Account,
    BudgetExhausted,
    BudgetKind,
    EntryState,
    ForbiddenBudgetChange,
    LedgerFileError,
    Limit,
    ReservationClosed,
)
from simulator.privacy.budget import RHO_STEP, Aggregation, BudgetModel
from simulator.privacy.ledger import Ledger
from simulator.privacy.periods import Period
from simulator.privacy.query_note import query_note
from tests.simulator.privacy.reserving import reserve, still_open

MODEL = BudgetModel()
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
NEXT_MONTH = datetime(2026, 4, 1, tzinfo=UTC)
OWNER = "111111111111"


def privacy(epsilon: int = 1, period: Period = Period.CALENDAR_MONTH) -> Account:
    limit = Limit(period, MODEL.total_rho(epsilon))
    unit = MODEL.unit_rho(30)
    return Account("reach", OWNER, "privacy", BudgetKind.DIFFERENTIAL_PRIVACY, (limit,), unit)


def uses(*limits: Limit, table: str = "table:transactions") -> Account:
    return Account("reach", OWNER, table, BudgetKind.ACCESS_BUDGET, limits)


def average() -> Fraction:
    return MODEL.query_rho([Aggregation.AVG], 30)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


def test_two_averages_pass_and_the_third_is_refused_in_the_services_words(ledger: Ledger) -> None:
    for _ in range(2):
        ledger.commit(reserve(ledger, privacy(), average(), NOW))
    with pytest.raises(BudgetExhausted) as refusal:
        reserve(ledger, privacy(), average(), NOW)
    assert refusal.value.service_message == (
        "You do not have enough aggregations remaining to run this query on the data from 111111111111. "
        "You can wait for the utility to refresh or contact the data owner to provide you more utility."
    )
    assert str(refusal.value) == (
        "budget 'privacy' of 111111111111 in room 'reach' has 1.9 units left of 9.9 (CALENDAR_MONTH), the query needs "
        "4; next refresh 2026-04-01 00:00 UTC"
    )
    assert (refusal.value.requested, refusal.value.refresh) == (average(), NEXT_MONTH)
    assert refusal.value.remaining == ledger.remaining(privacy(), NOW)
    reserve(ledger, privacy(), MODEL.query_rho([Aggregation.COUNT_DISTINCT], 30), NOW)


def test_a_refusal_is_in_rho_where_no_unit_is_known(ledger: Ledger) -> None:
    with pytest.raises(
        BudgetExhausted, match=r" has 0.0211927 rho left of 0.0211927 .CALENDAR_MONTH., the query needs 1;"
    ):
        reserve(ledger, replace(privacy(), unit=None), 1, NOW)


def test_a_reservation_counts_until_it_is_released(ledger: Ledger) -> None:
    reservation = reserve(ledger, privacy(), average(), NOW)
    assert ledger.spent(privacy(), NOW) == average()
    ledger.release(reservation)
    ledger.release(reservation)
    assert ledger.spent(privacy(), NOW) == 0
    with pytest.raises(
        ReservationClosed, match=r"^reservation 1 of budget 'privacy' is released; it can no longer be comm"
    ):
        ledger.commit(reservation)


def test_what_is_committed_stays(ledger: Ledger) -> None:
    reservation = reserve(ledger, privacy(), average(), NOW)
    ledger.commit(reservation)
    ledger.commit(reservation)
    with pytest.raises(ReservationClosed, match=r"is committed; it can no longer be released$"):
        ledger.release(reservation)
    assert ledger.spent(privacy(), NOW) == average()


def test_a_reservation_of_another_ledger_is_not_known(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(ReservationClosed, match="is not in this ledger"):
        Ledger(tmp_path / "other.sqlite").commit(reserve(ledger, privacy(), average(), NOW))


def test_the_month_begins_anew_without_carry_over(ledger: Ledger) -> None:
    reserve(ledger, privacy(), average(), NEXT_MONTH - timedelta(microseconds=1))
    assert ledger.spent(privacy(), NEXT_MONTH) == 0
    assert ledger.remaining(privacy(), NEXT_MONTH) == MODEL.total_rho(1)


def test_a_reservation_is_charged_to_the_month_it_was_made_in(ledger: Ledger) -> None:
    reservation = reserve(ledger, privacy(), average(), NOW)
    ledger.commit(reservation)
    assert ledger.spent(privacy(), NOW) == average()
    assert ledger.spent(privacy(), NEXT_MONTH) == 0


def test_a_clock_set_back_frees_nothing(ledger: Ledger) -> None:
    reserve(ledger, privacy(), average(), NEXT_MONTH)
    assert ledger.spent(privacy(), NOW) == average()


def test_without_refresh_the_budget_is_for_life(ledger: Ledger) -> None:
    account = privacy(period=Period.LIFETIME)
    reserve(ledger, account, 2 * average(), NOW)
    with pytest.raises(BudgetExhausted, match=r"; it does not refresh by itself$"):
        reserve(ledger, account, average(), NOW + timedelta(days=4000))


def test_the_last_step_can_be_spent_and_not_one_more(ledger: Ledger) -> None:
    reserve(ledger, privacy(), MODEL.total_rho(1) - RHO_STEP, NOW)
    reserve(ledger, privacy(), RHO_STEP / 1000, NOW)
    assert ledger.remaining(privacy(), NOW) == 0
    with pytest.raises(BudgetExhausted):
        reserve(ledger, privacy(), RHO_STEP / 1000, NOW)


def test_a_raised_budget_adds_what_is_new_and_spent_loss_stays(ledger: Ledger) -> None:
    reserve(ledger, privacy(1), 2 * average(), NOW)
    assert ledger.remaining(privacy(10), NOW) == MODEL.total_rho(10) - 2 * average()
    reserve(ledger, privacy(10), average(), NOW)


def test_a_budget_may_be_lowered_only_before_the_first_query(ledger: Ledger) -> None:
    ledger.refresh(privacy(10), NOW)
    reserve(ledger, privacy(5), average(), NOW)
    with pytest.raises(ForbiddenBudgetChange, match=r"was lowered from 0.416269 to 0.0211927 rho after queries ran"):
        reserve(ledger, privacy(1), average(), NOW)


def test_refresh_is_fixed_once_queries_ran(ledger: Ledger) -> None:
    reserve(ledger, privacy(), average(), NOW)
    with pytest.raises(
        ForbiddenBudgetChange, match="from CALENDAR_MONTH to LIFETIME after queries ran; its refresh is"
    ):
        reserve(ledger, privacy(period=Period.LIFETIME), average(), NOW)


def test_creating_anew_restores_the_budget_but_not_the_privacy(ledger: Ledger) -> None:
    old = reserve(ledger, privacy(10), average(), NOW)
    ledger.delete(privacy(10))
    assert ledger.remaining(privacy(1), NOW) == MODEL.total_rho(1)
    assert ledger.history(privacy()) == ()
    ledger.commit(old)
    ledger.commit(reserve(ledger, privacy(1), average(), NOW))
    (total,) = ledger.totals()
    assert (total.room, total.owner, total.template, total.spent) == ("reach", OWNER, "privacy", 2 * average())


def test_the_lower_of_two_remainders_counts(ledger: Ledger) -> None:
    account = uses(Limit(Period.CALENDAR_WEEK, Fraction(2)), Limit(Period.LIFETIME, Fraction(3)))
    for _ in range(2):
        reserve(ledger, account, 1, NOW)
    with pytest.raises(BudgetExhausted) as weekly:
        reserve(ledger, account, 1, NOW)
    assert weekly.value.limit.period is Period.CALENDAR_WEEK
    assert weekly.value.service_message is None
    next_week = NOW + timedelta(days=7)
    assert ledger.remaining(account, next_week) == 1
    reserve(ledger, account, 1, next_week)
    with pytest.raises(BudgetExhausted, match=r"has 0 uses left of 3 .LIFETIME., the query needs 1"):
        reserve(ledger, account, 1, next_week)


def test_a_budget_without_automatic_refresh_waits_for_its_owner(ledger: Ledger) -> None:
    account = uses(Limit(Period.CALENDAR_DAY, Fraction(1), auto_refresh=False))
    reserve(ledger, account, 1, NOW)
    later = NOW + timedelta(days=3)
    with pytest.raises(BudgetExhausted):
        reserve(ledger, account, 1, later)
    ledger.refresh(account, later)
    reserve(ledger, account, 1, later)


def test_a_budget_of_nothing_refuses_everything(ledger: Ledger) -> None:
    with pytest.raises(BudgetExhausted):
        reserve(ledger, uses(Limit(Period.LIFETIME, Fraction(0))), 1, NOW)


def test_several_accounts_are_charged_together_or_not_at_all(ledger: Ledger) -> None:
    plenty, none = (
        uses(Limit(Period.LIFETIME, Fraction(9)), table="a"),
        uses(Limit(Period.LIFETIME, Fraction(1)), table="b"),
    )
    first = ledger.reserve_all([(plenty, 1), (none, 1)], NOW, "join")
    assert [reservation.note for reservation in first] == ["join", "join"]
    with pytest.raises(BudgetExhausted):
        ledger.reserve_all([(plenty, 1), (none, 1)], NOW)
    assert ledger.spent(plenty, NOW) == 1


def test_one_account_named_twice_is_charged_twice(ledger: Ledger) -> None:
    account = uses(Limit(Period.LIFETIME, Fraction(1)))
    with pytest.raises(BudgetExhausted):
        ledger.reserve_all([(account, 1), (account, 1)], NOW)


def test_history_tells_what_was_done(ledger: Ledger) -> None:
    ledger.commit(reserve(ledger, privacy(), average(), NOW, "lift by week"))
    reserve(ledger, privacy(), average(), NOW + timedelta(hours=1), "reach")
    first, second = ledger.history(privacy())
    assert (first.state, first.amount, first.at, first.note) == (EntryState.COMMITTED, average(), NOW, "lift by week")
    assert second.state is EntryState.RESERVED
    assert still_open(ledger, privacy()) == [second]


@pytest.mark.parametrize("amount", [0, -1, Fraction(-1, 10**20), 2**60])
def test_an_amount_must_be_positive_and_plausible(ledger: Ledger, amount: Fraction | int) -> None:
    with pytest.raises(ValueError, match=f"^amount must be above 0 and <= .*; found {amount}$"):
        reserve(ledger, privacy(), amount, NOW)


@pytest.mark.parametrize("at", [datetime(2026, 1, 1), datetime(1960, 1, 1, tzinfo=UTC)])  # noqa: DTZ001 - wrong on purpose
def test_a_moment_needs_a_time_zone_and_a_modern_date(ledger: Ledger, at: datetime) -> None:
    with pytest.raises(ValueError, match=r"^the moment "):
        reserve(ledger, privacy(), average(), at)


@pytest.mark.parametrize(
    "limits",
    [
        (),
        (Limit(Period.LIFETIME, Fraction(1)), Limit(Period.LIFETIME, Fraction(2))),
        (Limit(Period.CALENDAR_DAY, Fraction(1)), Limit(Period.CALENDAR_MONTH, Fraction(2))),
        (Limit(Period.LIFETIME, Fraction(-1)),),
        (Limit(Period.LIFETIME, Fraction(2**57)),),
    ],
)
def test_limits_that_make_no_sense_are_refused(limits: tuple[Limit, ...]) -> None:
    with pytest.raises(ValueError, match="; allowed are "):
        uses(*limits)


def test_a_privacy_budget_has_one_limit() -> None:
    limits = (Limit(Period.CALENDAR_MONTH, Fraction(1)), Limit(Period.LIFETIME, Fraction(2)))
    with pytest.raises(ValueError, match="allowed are one limit"):
        Account("reach", OWNER, "privacy", BudgetKind.DIFFERENTIAL_PRIVACY, limits)


def test_an_empty_file_becomes_a_ledger(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert Ledger(tmp_path / "empty").totals() == ()


def test_another_text_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but long enough to be looked at as one\n" * 30)
    before = path.read_bytes()
    with pytest.raises(LedgerFileError, match="file is not a database"):
        Ledger(path)
    assert path.read_bytes() == before


def test_another_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE customers (name TEXT)")
    connection.close()
    with pytest.raises(LedgerFileError, match=r"is an SQLite database but not a ledger \(tables: customers\)"):
        Ledger(path)


def test_a_newer_ledger_is_refused(ledger: Ledger) -> None:
    with sqlite3.connect(ledger.path) as connection:
        connection.execute("PRAGMA user_version = 4")
    connection.close()
    with pytest.raises(LedgerFileError, match=r"has schema version 4, this program knows 3; use a newer program$"):
        Ledger(ledger.path)


def test_a_ledger_of_version_1_is_taken_over(ledger: Ledger) -> None:
    """It knew charges only: they are taken for the loss."""
    ledger.commit(reserve(ledger, privacy(20), Fraction(1, 10), NOW))
    with sqlite3.connect(ledger.path) as connection:
        connection.execute("ALTER TABLE entries DROP COLUMN delta")
        connection.execute("ALTER TABLE entries DROP COLUMN loss")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    (total,) = Ledger(ledger.path).totals()
    assert total.loss == PrivacyLoss(Fraction(1, 10))


def test_a_ledger_that_kept_the_text_of_queries_forgets_it(ledger: Ledger) -> None:
    """Version 2 did; a name and a fingerprint remain, and the text is in no page of the file."""
    sql = "SELECT COUNT(*) AS c FROM visits WHERE email = 'ann@example.com'"
    reserve(ledger, privacy(), average(), NOW, sql)
    reserve(ledger, privacy(), average(), NOW)
    with sqlite3.connect(ledger.path) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    assert b"ann@example.com" in ledger.path.read_bytes()
    notes = [entry.note for entry in Ledger(ledger.path).history(privacy())]
    assert notes == [query_note(sql), ""]
    assert b"ann@example.com" not in ledger.path.read_bytes()


def test_totals_hold_what_was_lost_beside_what_was_charged(ledger: Ledger) -> None:
    loss = PrivacyLoss(Fraction(3, 10), 5e-7)
    ledger.commit(reserve(ledger, privacy(20), Fraction(1, 10), NOW, loss=loss))
    reserve(ledger, privacy(20), Fraction(1, 10), NOW, loss=loss)
    ledger.release(reserve(ledger, privacy(20), Fraction(1, 10), NOW, loss=loss))
    (total,) = ledger.totals()
    assert (total.spent, total.loss) == (Fraction(1, 5), PrivacyLoss(Fraction(3, 5), 1e-6))


def test_a_folder_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerFileError, match=r"^cannot open the ledger"):
        Ledger(tmp_path)
    with pytest.raises(LedgerFileError, match="there is no folder"):
        Ledger(tmp_path / "absent" / "ledger.sqlite")


def test_a_ledger_that_vanished_does_not_silently_begin_anew(ledger: Ledger) -> None:
    ledger.path.unlink()
    with pytest.raises(LedgerFileError, match="unable to open database file"):
        ledger.spent(privacy(), NOW)
