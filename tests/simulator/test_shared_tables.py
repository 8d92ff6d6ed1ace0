"""Losses of one table in several rooms add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from cli.opening import open_room
from simulator.privacy.accountant import PrivacyLoss
from simulator.privacy.ledger import Ledger
from simulator.room_budgets import access_budgets, budgets, uses_left, with_uses_left
from simulator.shared_tables import shared_tables

ROOM = open_room(Path("examples/complete_journey/measurement"))
OWNER = "111111111111"


def test_losses_of_rooms_with_the_same_table_add_up(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    account = budgets(ROOM.room)[OWNER].account
    loss = PrivacyLoss(Fraction(1, 100), 5e-7)
    ledger.commit(ledger.reserve(account, Fraction(1, 100), datetime.now(UTC), loss=loss))
    shared = shared_tables([(ROOM.room, ledger), (ROOM.room, None), (ROOM.room, ledger)])
    assert {one.source.rpartition(".")[0].partition(".")[2] for one in shared} == {"transactions", "coupon_redemptions"}
    assert {one.loss for one in shared} == {PrivacyLoss(Fraction(1, 50), 1e-6)}
    assert {one.exact for one in shared} == {()}
    assert shared_tables([(ROOM.room, ledger)]) == ()


def test_a_room_that_shows_the_table_without_noise_is_named() -> None:
    """Its answers are bounded by nothing; a table that no room protects by noise is no matter of losses."""
    reach = open_room(Path("examples/complete_journey/reach"))
    shared = shared_tables([(reach.room, None), (ROOM.room, None)])
    names = reach.title, ROOM.title
    assert {one.rooms for one in shared} == {names}
    assert {one.exact for one in shared} == {(reach.title,)}
    assert {one.loss for one in shared} == {PrivacyLoss(Fraction(0), 0)}
    assert shared_tables([(reach.room, None), (reach.room, None)]) == ()


def test_what_is_left_of_uses_reaches_the_checks(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    (account,) = access_budgets(ROOM.room).values()
    request = next(subject.request for subject in ROOM.subjects)
    fresh = with_uses_left(request, {"demographics": account}, None, now)
    assert fresh.tables["demographics"].budget_remaining == uses_left(account, None, now) == 20
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.reserve(account, 20, now)
    assert with_uses_left(request, {"demographics": account}, ledger, now).tables["demographics"].budget_remaining == 0
    roomy = replace(account, limits=account.limits[1:])
    assert uses_left(roomy, ledger, now) == 80
