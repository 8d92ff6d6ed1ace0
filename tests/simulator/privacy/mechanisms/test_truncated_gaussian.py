"""Noise for counts of users that never exceeds its reach."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.privacy.budget import Aggregation, BudgetModel
from simulator.privacy.mechanisms import DiscreteGaussian, TruncatedGaussian
from simulator.privacy.mechanisms.truncated_gaussian import LARGEST_REACH, LEAST_REACH, truncated
from simulator.privacy.rng import secure
from tests.simulator.privacy.mechanisms.spread import standard_deviation

scales = st.fractions(min_value=Fraction(1, 20), max_value=60, max_denominator=10**6)


def weights(sigma: Fraction, reach: int, centre: int) -> dict[int, float]:
    """Probabilities of a count of *centre* users with noise."""
    found = {k + centre: math.exp(-((k / float(sigma)) ** 2) / 2) for k in range(-reach, reach + 1)}
    return {value: weight / sum(found.values()) for value, weight in found.items()}


@given(scales, st.floats(1.2, 6), st.floats(1.0001, 60))
def test_the_loss_is_that_of_whole_noise_but_for_the_end_of_the_reach(
    sigma: Fraction, times: float, order: float
) -> None:
    """The claim, added up: outside events of probability delta, the Renyi divergence of order a is at most rho * a."""
    noise = TruncatedGaussian(sigma, max(1, math.ceil(Fraction(times) * sigma)))
    without, with_user = weights(sigma, noise.reach, 0), weights(sigma, noise.reach, 1)
    assert without.pop(-noise.reach) == pytest.approx(noise.delta, rel=1e-9)
    assert with_user.pop(noise.reach + 1) == pytest.approx(noise.delta, rel=1e-9)
    assert set(without) == set(with_user)
    for one, other in ((without, with_user), (with_user, without)):
        logarithms = [
            order * math.log(one[value] / sum(one.values()))
            + (1 - order) * math.log(other[value] / sum(other.values()))
            for value in one
            if min(one[value], other[value]) > 0
        ]
        divergence = float(np.logaddexp.reduce(logarithms)) / (order - 1)
        assert divergence <= float(noise.rho(Fraction(1))) * order * (1 + 1e-9) + 1e-9


@pytest.mark.parametrize("delta", [1e-3, 5e-7, 1e-12])
@pytest.mark.parametrize("users", [10, 30, 100])
def test_the_reach_is_the_smallest_that_keeps_delta(users: int, delta: float) -> None:
    noise = truncated(BudgetModel().noise_scale(Aggregation.COUNT_DISTINCT, users), delta)
    assert noise.delta <= delta
    assert TruncatedGaussian(noise.sigma, noise.reach - 1).delta > delta * (1 - 2e-9)


def test_nothing_lies_beyond_the_reach() -> None:
    noise = TruncatedGaussian(Fraction(10), 12)
    drawn = noise.sample((20_000,), secure())
    assert int(np.abs(drawn).max()) == 12
    assert noise.tail(13) == 0
    assert noise.tail(-12) == 1
    assert noise.interval(0.999999) == 12
    assert standard_deviation(noise) < standard_deviation(DiscreteGaussian(Fraction(10)))


def test_a_wide_reach_is_no_truncation() -> None:
    noise, whole = truncated(Fraction(15), 1e-12), DiscreteGaussian(Fraction(15))
    assert standard_deviation(noise) == pytest.approx(standard_deviation(whole), rel=1e-9)
    assert noise.rho(Fraction(1)) == whole.rho(Fraction(1))
    assert noise.rho(Fraction(0)) == 0


@pytest.mark.parametrize("reach", [0, 11, LARGEST_REACH + 1])
def test_a_reach_without_proof_is_refused(reach: int) -> None:
    message = f"reach must be a whole number of users from 12, 1.2 times sigma 10, to 1000000; found {reach}"
    with pytest.raises(ValueError, match=f"^{message}$"):
        TruncatedGaussian(Fraction(10), reach)
    assert TruncatedGaussian(Fraction(10), math.ceil(10 * LEAST_REACH)).reach == 12


@pytest.mark.parametrize("sensitivity", [Fraction(-1), Fraction(1, 2), Fraction(2)])
def test_only_counts_of_users_are_noised(sensitivity: Fraction) -> None:
    with pytest.raises(
        ValueError, match=f"^sensitivity must be 0 or 1, as a user is counted once, in one group; found {sensitivity}$"
    ):
        TruncatedGaussian(Fraction(10), 20).rho(sensitivity)


@pytest.mark.parametrize("delta", [0.0, 0.5, 2.0])
def test_delta_must_be_a_small_probability(delta: float) -> None:
    with pytest.raises(ValueError, match=f"^delta must be between 0 and 0.5, both excluded; found {delta}$"):
        truncated(Fraction(10), delta)
