"""Expected errors are those that the real mechanisms have."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations.plan import AssumedContribution
from simulator.plans.query_accuracy import (
    MEAN_ABSOLUTE,
    Contribution,
    DeclaredNoise,
    Known,
    assumed_contribution,
    column_accuracy,
    standard_deviation,
    value_of,
)
from simulator.privacy.budget import Aggregation, BudgetModel
from simulator.privacy.mechanisms import DiscreteGaussian
from simulator.privacy.rng import seeded
from tests.simulator.privacy.mechanisms.spread import standard_deviation as noise_deviation

MODEL = BudgetModel()
SIZES = (100, 1000)


def accuracy(
    function: Aggregation, contribution: Contribution, known: Known = Known.PILOT, noise: int = 30
) -> tuple[float, ...]:
    found = column_accuracy(
        "x",
        function,
        (contribution, known),
        noise=DeclaredNoise(MODEL, noise),
        sizes=SIZES,
        of_users=known is Known.EXACT,
    )
    return tuple(error.relative for error in found.errors)


def test_a_count_of_users_is_off_by_the_declared_noise() -> None:
    """Noise of n users means 95 % within n users: n / m of a group of m."""
    found = column_accuracy(
        "x",
        Aggregation.COUNT_DISTINCT,
        (Contribution(), Known.EXACT),
        noise=DeclaredNoise(MODEL, 30),
        sizes=SIZES,
        of_users=True,
    )
    assert [error.half_width for error in found.errors] == pytest.approx([30, 30])
    assert [error.relative for error in found.errors] == pytest.approx([0.3, 0.03])
    assert found.factor == pytest.approx(1)
    assert [error.expected for error in found.errors] == pytest.approx([30 / 1.959964 * MEAN_ABSOLUTE] * 2)


def test_a_sum_is_off_by_what_one_user_can_contribute() -> None:
    """SUM of a positive expression: n * limit * max. Source: configure-differential-privacy."""
    contribution = Contribution(limit=4, smallest=-5, largest=50, rows=2, mean=10)
    assert accuracy(Aggregation.SUM, contribution) == pytest.approx(
        (30 * 4 * 50 / (100 * 2 * 10), 30 * 4 * 50 / 20_000)
    )


@pytest.mark.parametrize("function", [Aggregation.COUNT_DISTINCT, Aggregation.COUNT, Aggregation.SUM])
def test_the_half_width_is_that_of_the_mechanism(function: Aggregation) -> None:
    scale = MODEL.noise_scale(function, 30)
    contribution = Contribution(limit=3, largest=7)
    sensitivity = {Aggregation.COUNT_DISTINCT: 1, Aggregation.COUNT: 3, Aggregation.SUM: 21}[function]
    mechanism = DiscreteGaussian(scale * sensitivity)
    deviation = standard_deviation(
        function,
        contribution,
        noise=DeclaredNoise(MODEL, 30),
        users=100,
        of_users=function is Aggregation.COUNT_DISTINCT,
    )
    assert deviation == pytest.approx(noise_deviation(mechanism), rel=1e-6)
    assert float(MODEL.z) * deviation == pytest.approx(mechanism.interval(), abs=1)


@pytest.mark.parametrize("function", [Aggregation.AVG, Aggregation.STDDEV])
def test_propagated_errors_are_those_of_drawn_noise(function: Aggregation) -> None:
    """Noise is added to sum, squares and count of a group of 20,000 users, 20,000 times; its spread is compared."""
    users, mean, spread = 20_000, 30.0, 20.0
    contribution = Contribution(limit=2, smallest=0, largest=100, mean=mean, deviation=spread)
    centre = contribution.centre
    scale = MODEL.noise_scale(function, 30) * 2
    source = seeded(7)

    def noise(reach: float) -> list[float]:
        return DiscreteGaussian(scale * Fraction(reach)).sample((20_000,), source).astype(float).tolist()

    largest = contribution.half_range
    results = []
    for total, squares, count in zip(noise(largest), noise(largest**2), noise(1), strict=True):
        number = users + count
        shifted = (users * (mean - centre) + total) / number
        square = (users * (spread**2 + (mean - centre) ** 2) + squares) / number
        results.append(shifted + centre if function is Aggregation.AVG else math.sqrt(square - shifted**2))
    middle = sum(results) / len(results)
    drawn = math.sqrt(sum((result - middle) ** 2 for result in results) / len(results))
    expected = standard_deviation(function, contribution, noise=DeclaredNoise(MODEL, 30), users=users, of_users=False)
    assert drawn == pytest.approx(expected, rel=0.03)


@given(
    st.sampled_from(list(Aggregation)),
    st.integers(1, 50),
    st.floats(0.01, 1),
    st.floats(0.01, 1),
)
def test_unknown_contributions_give_a_lower_bound(
    function: Aggregation, limit: int, share_of_rows: float, share_of_value: float
) -> None:
    """Whatever users contribute within the limits, the error is at least that of users who contribute alike."""
    best, known = assumed_contribution(function, None)
    assert known is Known.LEAST
    least = accuracy(function, best, known)
    contribution = Contribution(limit, 0.0, 10.0, limit * share_of_rows, 10 * share_of_value)
    assert all(
        known >= bound * (1 - 1e-9) for known, bound in zip(accuracy(function, contribution), least, strict=True)
    )


@given(st.sampled_from(list(Aggregation)), st.integers(10, 99))
def test_the_error_grows_in_proportion_to_the_noise(function: Aggregation, noise: int) -> None:
    contribution = Contribution(limit=2, largest=5, rows=1.5, mean=2, deviation=1)
    one, more = accuracy(function, contribution, noise=noise), accuracy(function, contribution, noise=noise + 1)
    assert more[0] / one[0] == pytest.approx((noise + 1) / noise, rel=1e-6)


def test_errors_of_unknown_contributions_have_no_unit() -> None:
    found = column_accuracy(
        "x", Aggregation.SUM, (Contribution(), Known.LEAST), noise=DeclaredNoise(MODEL, 30), sizes=SIZES, of_users=False
    )
    assert [(error.expected, error.half_width) for error in found.errors] == [(None, None)] * 2


def test_what_the_plan_states_is_used_as_far_as_it_goes() -> None:
    rows = AssumedContribution(rows_per_user=3, mean_rows_per_user=2)
    assert assumed_contribution(Aggregation.COUNT, rows) == (Contribution(limit=3, rows=2), Known.ASSUMED)
    assert assumed_contribution(Aggregation.SUM, rows)[1] is Known.LEAST
    values = AssumedContribution(rows_per_user=1, largest_value=100, mean_value=20)
    assert assumed_contribution(Aggregation.SUM, values) == (Contribution(1, 0, 100, 1, 20), Known.ASSUMED)
    assert accuracy(Aggregation.AVG, *assumed_contribution(Aggregation.AVG, None)) == (0, 0)


def test_values_of_a_group() -> None:
    contribution = Contribution(rows=2, mean=5, deviation=3)
    found = [value_of(function, contribution, 10) for function in Aggregation]
    assert dict(zip(Aggregation, found, strict=True)) == {
        Aggregation.AVG: 5,
        Aggregation.COUNT: 20,
        Aggregation.COUNT_DISTINCT: 20,
        Aggregation.SUM: 100,
        Aggregation.STDDEV: 3,
    }
