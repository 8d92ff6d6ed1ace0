"""The advice is the smallest setting of the whole grid, or there is none: checked by trying all 1,820."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.plans.advice import EPSILONS, NOISES, Advice, advise
from simulator.plans.planned_budget import Phase, PlannedPrivacyBudget, capacity_of
from simulator.plans.prices import PricedRun
from simulator.plans.query_accuracy import ColumnAccuracy, Known, QueryAccuracy
from simulator.privacy.accounts import BudgetKind, Limit
from simulator.privacy.budget import Aggregation, BudgetModel
from simulator.privacy.periods import Period

MODEL = BudgetModel()
GRID = {(epsilon, noise): capacity_of(epsilon, noise, MODEL) for epsilon in EPSILONS for noise in NOISES}


def advice(
    demand: float,
    factor: float,
    wanted: float = 0.1,
    known: Known = Known.PILOT,
    factors_at: Mapping[int, float] | None = None,
) -> Advice:
    """Ask about one column whose groups of 1,000 users have the relative error factor * noise / 1000."""
    budget = PlannedPrivacyBudget(
        room=None,
        room_name="room",
        owner="1" * 12,
        name="dp",
        kind=BudgetKind.DIFFERENTIAL_PRIVACY,
        limits=(Limit(Period.LIFETIME, MODEL.total_rho(1)),),
        phases=(Phase(0, 1, 10),),
    )
    column = ColumnAccuracy("x", Aggregation.SUM, known, factor, (), factors_at or {})
    return advise(
        budget,
        demand,
        [QueryAccuracy(PricedRun(None, "q"), (column,), None)],
        MODEL,
        relative_error=wanted,
        group_users=1000,
    )


@given(st.floats(0, 30_000), st.floats(0.5, 15))
def test_the_advice_is_the_smallest_of_the_grid(demand: float, factor: float) -> None:
    found = advice(demand, factor)
    fitting = [
        (epsilon, noise)
        for (epsilon, noise), capacity in GRID.items()
        if capacity >= demand and factor * noise / 1000 <= 0.1 * (1 + 1e-9)
    ]
    assert (found.epsilon, found.users_noise) == min(fitting, default=(None, None))
    assert found.relative_error == (None if found.users_noise is None else factor * found.users_noise / 1000)


@given(st.floats(0, 30_000))
def test_the_frontier_is_the_least_noise_of_every_epsilon(demand: float) -> None:
    frontier = advice(demand, 1).frontier
    assert [setting.epsilon for setting in frontier] == sorted({epsilon for epsilon, _ in GRID})
    for setting in frontier:
        fitting = [noise for noise in NOISES if GRID[setting.epsilon, noise] >= demand]
        assert setting.users_noise == min(fitting, default=None)
        assert (setting.relative_error is None) == (not fitting)


def test_a_published_budget_carries_what_is_published() -> None:
    """660 COUNT DISTINCT fit into epsilon 10 with 30 users, and 661 do not."""
    for demand, epsilon in ((660, 10), (661, 11)):
        found = advice(demand, 1, wanted=0.03)
        assert (found.most_noise, found.epsilon) == (30, epsilon)


@pytest.mark.parametrize(
    ("demand", "factor", "reason"),
    [
        (30_000, 1, "the budget fails: epsilon 20 with noise 100, the most that keeps the wanted error, holds 23,2"),
        (1, 20, "the error fails: even the smallest noise, 10 users, gives 20% where 10% is wanted"),
        (300, 8, "the budget fails: epsilon 20 with noise 12, the most that keeps the wanted error, holds 335"),
        (1, 1, "epsilon 1 is the smallest there is"),
        (30, 10, "epsilon 5 with noise 10, the most that keeps the wanted error, holds 22 units; the plan asks for 30"),
    ],
)
def test_the_reason_names_what_fails_at_the_corner(demand: float, factor: float, reason: str) -> None:
    found = advice(demand + 36 * (demand == 300), factor)
    assert found.reason.startswith(reason)
    assert (found.epsilon is None) == ("fails" in reason)


def test_caution_never_advises_less() -> None:
    cautious = [found for found in (advice(demand, 1) for demand in range(1, 20_000, 500)) if found.cautious_epsilon]
    assert len(cautious) > 10
    for found in cautious:
        assert found.epsilon is not None
        assert found.cautious_epsilon is not None
        assert found.epsilon <= found.cautious_epsilon <= found.epsilon + 1


def test_a_lower_bound_is_said_to_be_one() -> None:
    assert advice(1, 1, known=Known.LEAST).is_bound
    assert not advice(1, 1).is_bound


def test_advice_looks_at_the_limits_of_every_noise() -> None:
    """Little noise finds outliers, and with them a wide bound: 45 users of noise may be more exact than 30."""
    found = advice(0, 4.0, factors_at={10: 12.0, 30: 4.0, 45: 1.0, 100: 1.0})
    assert (found.most_noise, found.epsilon, found.users_noise) == (100, 1, 45)
    assert found.is_measured
    assert not advice(0, 4.0).is_measured
    # Between two settings the larger factor counts.
    assert advice(0, 1.0, factors_at={10: 1.0, 20: 9.0, 100: 9.0}).most_noise == 11


def test_the_best_noise_is_named_where_none_is_good_enough() -> None:
    found = advice(0, 4.0, factors_at={10: 90.0, 30: 20.0, 100: 20.0})
    assert found.most_noise is None
    assert found.reason == "the error fails: even the best noise, 30 users, gives 60% where 10% is wanted"
