"""Losses of one table in several rooms add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from cli.rooms.opening_aws import open_room
from declarations.clean_room import CleanRoom
from simulator.privacy.accountant import PrivacyLoss
from simulator.privacy.ledger import Ledger
from simulator.room_budgets import access_budgets, budgets, uses_left, with_uses_left
from simulator.shared_tables import shared_tables
from tests.plan_rooms import room
from tests.simulator.privacy.reserving import reserve

ROOM = open_room(Path("examples/complete_journey/measurement"))
OWNER = "111111111111"


def test_losses_of_rooms_with_the_same_table_add_up(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    account = budgets(ROOM.room)[OWNER].account
    loss = PrivacyLoss(Fraction(1, 100), 5e-7)
    ledger.commit(reserve(ledger, account, Fraction(1, 100), datetime.now(UTC), loss=loss))
    shared = shared_tables([(ROOM.room, ledger), (ROOM.room, None), (ROOM.room, ledger)])
    assert {one.source.rpartition(".")[2] for one in shared} == {"transactions", "coupon_redemptions"}
    assert {one.loss for one in shared} == {PrivacyLoss(Fraction(1, 50), 1e-6)}
    assert {one.exact for one in shared} == {()}
    assert shared_tables([(ROOM.room, ledger)]) == ()


@pytest.mark.parametrize(("stated", "shared"), [("us-east-1", 1), ("eu-west-1", 0)])
def test_a_region_that_is_not_stated_is_the_rooms(stated: str, shared: int) -> None:
    document = room(name="second").model_dump(mode="json")
    document["memberships"][0]["configured_tables"][0]["table_reference"]["glue"]["region"] = stated
    second = CleanRoom.model_validate(document)
    found = shared_tables([(room(name="first"), None), (second, None)])
    assert [one.source for one in found] == ["glue.us-east-1.data.visits"][:shared]


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
    reserve(ledger, account, 20, now)
    assert with_uses_left(request, {"demographics": account}, ledger, now).tables["demographics"].budget_remaining == 0
    roomy = replace(account, limits=account.limits[1:])
    assert uses_left(roomy, ledger, now) == 80
