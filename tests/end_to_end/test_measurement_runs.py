"""Every query of the room *measurement* runs on the real rows, is noisy, and is charged what it costs."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cli.rooms.opening_aws import open_room
from cli.rooms.subject import Subject
from examples.complete_journey.prepare import DATA, prepare
from simulator.execution.loading.data import FolderData
from simulator.execution.options import RunOptions
from simulator.execution.results import RunResult
from simulator.execution.running import run
from simulator.privacy.rng import seeded
from simulator.room_budgets import payers

OPENED = open_room(DATA.parent / "measurement")
SUBJECTS = {one.name: one for one in OPENED.subjects if one.expect is None}

UNITS = {
    "basket_size": 6,
    "campaign_baskets": 3,
    "mailed_or_not": 4,
    "private_label_sales": 6,
    "reach_by_mailings": 1,
    "redemptions_by_campaign_type": 2,
    "redemptions_by_income": 1,
    "sales_by_income": 4,
    "sales_by_quarter": 3,
    "sales_by_week": 3,
    "sales_lift": 9,
    "spend_by_department": 9,
    "spend_by_household_size": 8,
    "spend_of_redeemers": 5,
    "visit_frequency": 1,
}
"""Published prices: COUNT DISTINCT 1, COUNT 2, SUM 3, AVG and STDDEV 4; the same expression twice is paid once."""


@pytest.fixture(scope="module", autouse=True)
def _rows() -> None:
    prepare()


def _run(subject: Subject, seed: int = 1) -> RunResult:
    settings = payers(OPENED.room, subject.request)
    return run(
        subject.request,
        FolderData(DATA),
        privacy=settings,
        booking=None,
        source=seeded(seed),
        options=RunOptions(exact=True),
    )


def test_every_query_has_a_price_here() -> None:
    assert set(UNITS) == set(SUBJECTS)


@pytest.mark.parametrize("name", sorted(UNITS))
def test_a_query_runs_and_costs_what_is_published(name: str) -> None:
    result = _run(SUBJECTS[name])
    assert result.exact is not None
    assert result.privacy is not None
    assert result.privacy.units == UNITS[name]
    assert result.privacy.guarantee.rho > Fraction(0)
    assert [column.name for column in result.answer.columns] == [column.name for column in result.exact.columns]
    assert result.answer.rows != result.exact.rows


def test_households_by_frequency_are_off_by_about_thirty() -> None:
    """95 % of the noise lies within 30 users, so 60 users are four standard deviations."""
    result = _run(SUBJECTS["visit_frequency"], seed=2)
    assert result.exact is not None
    exact = {row[0]: row[1] for row in result.exact.rows}
    noisy = {row[0]: row[1] for row in result.answer.rows}
    assert set(noisy) == set(exact)
    assert all(abs(noisy[group] - exact[group]) <= 60 for group in exact)
    assert any(noisy[group] != exact[group] for group in exact)


def test_a_small_group_is_not_shown() -> None:
    """One household of 200-249K redeemed a coupon: that there is such a group at all must not be told."""
    result = _run(SUBJECTS["redemptions_by_income"])
    assert result.exact is not None
    assert ("200-249K", 1) in {tuple(row) for row in result.exact.rows}
    assert "200-249K" not in {row[0] for row in result.answer.rows}
