"""Private estimates of contribution limits and value bounds."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulator.privacy.budget import Aggregation, BudgetModel
from simulator.privacy.rng import seeded
from simulator.privacy.sensitivity import (
    CONTRIBUTION_EDGES,
    USERS_ABOVE,
    VALUE_EDGES,
    SensitivityParameters,
    contribution_histogram,
    estimate_bounds,
    estimate_contribution_limit,
    highest_histogram,
    lowest_histogram,
)

SCALE = BudgetModel().noise_scale(Aggregation.COUNT, 30)
values_of_users = st.lists(st.integers(-(2**60), 2**60), min_size=1, max_size=30)


def each(values: list[int] | NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The values of users, one line a user."""
    return np.asarray(values, np.int64), np.ones(len(values), np.int64)


def test_edges_grow_strictly_and_are_symmetric() -> None:
    assert CONTRIBUTION_EDGES[:17].tolist() == [*range(1, 17), 18]
    assert (np.diff(VALUE_EDGES) > 0).all()
    assert np.array_equal(VALUE_EDGES, -VALUE_EDGES[::-1])


@settings(deadline=None)
@given(values_of_users)
def test_each_user_is_in_one_bin_and_the_bin_holds_the_value(values: list[int]) -> None:
    for value in values:
        highest = np.flatnonzero(highest_histogram(*each([value])))
        lowest = np.flatnonzero(lowest_histogram(*each([value])))
        assert highest.size == lowest.size == 1
        if abs(value) <= 2**52:
            assert VALUE_EDGES[highest[0]] >= value >= VALUE_EDGES[lowest[0]]
            assert highest[0] == 0 or VALUE_EDGES[highest[0] - 1] < value
    assert highest_histogram(*each(values)).sum() == lowest_histogram(*each(values)).sum() == len(values)


@settings(deadline=None)
@given(st.lists(st.integers(1, 2**40), min_size=1, max_size=30))
def test_contributions_are_counted_up_to_their_edge(rows: list[int]) -> None:
    histogram = contribution_histogram(*each(rows))
    for index, edge in enumerate(CONTRIBUTION_EDGES.tolist()):
        assert histogram[: index + 1].sum() == sum(number <= edge for number in rows)


@settings(deadline=None)
@given(values_of_users, st.integers(-(2**60), 2**60))
def test_one_user_more_changes_every_count_above_by_at_most_one(values: list[int], another: int) -> None:
    for histogram in (highest_histogram, lowest_histogram):
        change = np.cumsum(histogram(*each([*values, another]))) - np.cumsum(histogram(*each(values)))
        assert set(change.tolist()) <= {0, 1}


def test_users_may_come_grouped() -> None:
    grouped = contribution_histogram(np.array([1, 5, 2**60]), np.array([10, 3, 2]))
    assert (grouped[0], grouped[4], grouped[-1], grouped.sum()) == (10, 3, 2, 15)


@pytest.mark.parametrize("scale", [SCALE, BudgetModel().noise_scale(Aggregation.COUNT, 10)])
def test_at_most_six_scales_of_users_lie_above_the_limit(scale: Fraction) -> None:
    rows = np.ceil(np.random.default_rng(1).lognormal(4, 1, 20_000)).astype(np.int64)
    histogram = contribution_histogram(*each(rows))
    source = seeded(2)
    above = [int((rows > estimate_contribution_limit(histogram, scale, source)).sum()) for _ in range(200)]
    assert USERS_ABOVE * scale / 2 < np.median(above) < USERS_ABOVE * scale * 3 / 2
    # Beyond the highest user the limit is only noise: that is rare, and then not far beyond.
    assert np.mean(np.array(above) == 0) < 0.05


def test_a_common_number_of_rows_is_found() -> None:
    histogram = contribution_histogram(np.array([1]), np.array([5000]))
    source = seeded(3)
    limits = [estimate_contribution_limit(histogram, SCALE, source) for _ in range(100)]
    assert np.median(limits) == 1
    assert np.mean(np.array(limits) == 1) > 0.9


@pytest.mark.parametrize(("shift", "factor"), [(0, 1), (-5000, 1), (10_000, 1), (0, 2**20)])
def test_bounds_enclose_nearly_all_users_and_not_much_more(shift: int, factor: int) -> None:
    generator = np.random.default_rng(4)
    middle = generator.normal(3000, 500, 20_000).astype(np.int64) + shift
    lowest, highest = (middle - 100) * factor, (middle + 100) * factor
    source, far = seeded(5), 0
    for _ in range(50):
        lower, upper = estimate_bounds(
            lowest_histogram(*each(lowest)), highest_histogram(*each(highest)), SCALE, source
        )
        assert (highest > upper).mean() < 0.03
        assert (lowest < lower).mean() < 0.03
        far += max(abs(lower), abs(upper)) > 1.5 * max(abs(int(lowest.min())), abs(int(highest.max())))
    assert far <= 3, "an estimate far beyond all values must be rare"


def test_few_users_give_some_bounds_in_order() -> None:
    source = seeded(6)
    for _ in range(50):
        lower, upper = estimate_bounds(lowest_histogram(*each([5])), highest_histogram(*each([5])), SCALE, source)
        assert lower <= upper


def test_an_empty_table_gives_small_numbers() -> None:
    empty = np.zeros(CONTRIBUTION_EDGES.size, np.int64)
    assert np.median([estimate_contribution_limit(empty, SCALE, seeded(seed)) for seed in range(50)]) < 20


def test_a_histogram_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^the histogram has shape \(3,\); allowed is \(301,\), one bin an edge$"):
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
