"""Private estimates of contribution limits and value bounds: few users, many users, and every shape of values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulator.privacy.budget import Aggregation, BudgetModel
from simulator.privacy.rng import seeded
from simulator.privacy.sensitivity import (
    EDGES,
    SensitivityParameters,
    estimate_bounds,
    estimate_contribution_limit,
    user_histogram,
)

SCALE = BudgetModel().noise_scale(Aggregation.COUNT, 30)
values_of_users = st.lists(st.integers(-(2**60), 2**60), min_size=1, max_size=30)


def each(values: list[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    """The histogram of users who have one of the values each."""
    return user_histogram(np.asarray(values, np.int64), np.ones(len(values), np.int64))


def test_edges_double_and_are_symmetric() -> None:
    assert EDGES[53:57].tolist() == [0, 1, 2, 4]
    assert (np.diff(EDGES) > 0).all()
    assert np.array_equal(EDGES, -EDGES[::-1])


@given(st.integers(-(2**52), 2**52))
def test_a_bin_reaches_from_its_edge_towards_zero(value: int) -> None:
    (place,) = np.flatnonzero(each([value]))
    edge = int(EDGES[place])
    assert abs(value) <= abs(edge)
    assert abs(edge) < 2 * abs(value) or edge == value
    assert (value > 0) == (edge > 0)


@given(values_of_users, st.integers(-(2**60), 2**60))
def test_one_user_more_changes_one_bin_by_one(values: list[int], another: int) -> None:
    change = each([*values, another]) - each(values)
    assert sorted(change.tolist())[-2:] == [0, 1]
    assert change.sum() == 1


def test_users_may_come_grouped() -> None:
    grouped = user_histogram(np.array([1, 5, 2**60]), np.array([10, 3, 2]))
    assert (grouped[54], grouped[57], grouped[-1], grouped.sum()) == (10, 3, 2, 15)


def shapes(users: int) -> dict[str, NDArray[np.int64]]:
    """Values of users: even, skewed, heavy-tailed, of both signs, all equal, mostly zero."""
    chance = np.random.default_rng(9)
    return {
        "even": chance.uniform(0, 1000, users).astype(np.int64),
        "skewed": chance.lognormal(7, 1, users).astype(np.int64),
        "heavy": (1000 * (chance.pareto(1.5, users) + 1)).astype(np.int64),
        "equal": np.full(users, 412_500, np.int64),
        "zeros": np.where(chance.random(users) < 0.6, 0, chance.lognormal(9, 0.7, users)).astype(np.int64),
        "refunds": (np.where(chance.random(users) < 0.9, 1, -1) * chance.lognormal(9, 0.7, users)).astype(np.int64),
    }


def error_of_sum(values: NDArray[np.int64], low: int, high: int, scale: float) -> float:
    """Bias and noise together of a sum with these bounds."""
    lost = float(np.clip(values, low, high).sum() - values.sum())
    return math.hypot(lost, scale * max(abs(low), abs(high)))


@pytest.mark.parametrize(
    ("users", "noise", "median", "worst"), [(214, 30, 3.1, 5), (1996, 30, 2, 4), (500, 10, 2.5, 4)]
)
@pytest.mark.parametrize("shape", shapes(1))
def test_a_sum_is_nearly_as_exact_as_with_the_best_bounds(
    shape: str, users: int, noise: int, median: float, worst: float
) -> None:
    """The best bounds are found by looking at the values, which no private estimate may do."""
    scale = BudgetModel().noise_scale(Aggregation.SUM, noise)
    values = shapes(users)[shape]
    best = min(error_of_sum(values, -edge, edge, float(scale)) for edge in np.unique(np.abs(values)).tolist() if edge)
    source = seeded(1)
    bounds = [estimate_bounds(each(values), scale, source) for _ in range(60)]
    errors = np.array([error_of_sum(values, low, high, float(scale)) for low, high in bounds]) / best
    assert np.median(errors) < median
    assert np.quantile(errors, 0.95) < worst


def test_nearly_no_bound_is_far_above_all_values() -> None:
    source = seeded(2)
    for users in (300, 2000, 20_000):
        histogram = each(shapes(users)["even"])
        highest = np.array([estimate_bounds(histogram, SCALE, source)[1] for _ in range(300)])
        assert np.quantile(highest, 0.98) <= 1024


@pytest.mark.parametrize("rows", [1, 4, 32, 2**20])
def test_a_common_number_of_rows_is_found(rows: int) -> None:
    histogram = user_histogram(np.array([rows]), np.array([500]))
    source = seeded(3)
    limits = [estimate_contribution_limit(histogram, SCALE, source) for _ in range(100)]
    assert np.mean(np.array(limits) == rows) > 0.95


def test_limits_are_near_the_best_trade_between_lost_rows_and_noise() -> None:
    rows = np.random.default_rng(4).integers(1, 30, 1996)
    source = seeded(4)
    limits = [estimate_contribution_limit(each(rows), SCALE, source) for _ in range(50)]
    assert {16, 32} >= set(limits)
    assert np.median(limits) == 32


@pytest.mark.parametrize("shift", [-10_000, 0, 10_000])
def test_bounds_enclose_nearly_all_users(shift: int) -> None:
    values = np.random.default_rng(4).normal(3000, 500, 20_000).astype(np.int64) + shift
    source, wide = seeded(5), 0
    for _ in range(100):
        lower, upper = estimate_bounds(each(values), SCALE, source)
        assert ((values > upper) | (values < lower)).mean() < 0.03
        wide += max(abs(lower), abs(upper)) > 2 * max(abs(int(values.min())), abs(int(values.max())))
    assert wide <= 4, "an estimate far beyond all values must be rare"


def test_few_users_give_some_bounds_in_order_and_rather_small_ones() -> None:
    source = seeded(6)
    bounds = [estimate_bounds(each([5]), SCALE, source) for _ in range(100)]
    assert all(lower < upper for lower, upper in bounds)
    assert np.median([max(-lower, upper) for lower, upper in bounds]) < 2**12


def test_an_empty_table_gives_small_numbers() -> None:
    empty = np.zeros(EDGES.size, np.int64)
    limits = [estimate_contribution_limit(empty, SCALE, seeded(seed)) for seed in range(50)]
    assert np.median(limits) <= 64
    assert min(limits) >= 1


def test_a_histogram_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^the histogram has shape \(3,\); allowed is \(107,\), one bin per edge$"):
        estimate_contribution_limit(np.zeros(3, np.int64), SCALE, seeded(1))


def test_parameters_have_the_services_shape() -> None:
    assert SensitivityParameters(Aggregation.SUM, "amount", 12, 0.0, 99.5).to_response() == {
        "aggregationType": "SUM",
        "aggregationExpression": "amount",
        "userContributionLimit": 12,
        "minColumnValue": 0.0,
        "maxColumnValue": 99.5,
    }
    assert SensitivityParameters(Aggregation.COUNT, "*", 3).to_response() == {
        "aggregationType": "COUNT",
        "aggregationExpression": "*",
        "userContributionLimit": 3,
    }
