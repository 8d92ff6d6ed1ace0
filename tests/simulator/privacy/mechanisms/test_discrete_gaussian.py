"""What only the discrete Gaussian promises."""

from __future__ import annotations

from fractions import Fraction

import pytest
from scipy import stats

from simulator.privacy.mechanisms import DiscreteGaussian
from simulator.privacy.mechanisms.discrete_gaussian import sample_discrete_gaussian
from simulator.privacy.rng import seeded
from tests.simulator.privacy.mechanisms.spread import standard_deviation


@pytest.mark.parametrize("users", [10, 30, 100])
def test_noise_of_n_users_lies_within_n_users_95_times_in_100(users: int) -> None:
    assert DiscreteGaussian(users / Fraction("1.959964")).interval(0.95) in {users - 1, users}


@pytest.mark.parametrize("sigma", [255, 256, 257, 2**20, 2**40])
def test_wide_noise_has_the_quantiles_of_the_normal_distribution(sigma: int) -> None:
    mechanism = DiscreteGaussian(Fraction(sigma))
    for probability in (0.5, 0.95, 0.999):
        expected = float(stats.norm.ppf((1 + probability) / 2)) * sigma
        assert mechanism.interval(probability) == pytest.approx(expected, abs=1 + 1e-9 * expected)


def test_tails_do_not_jump_where_the_formula_changes() -> None:
    summed, smooth = DiscreteGaussian(Fraction(256)), DiscreteGaussian(Fraction(256) + Fraction(1, 2**44))
    for value in (1, 250, 1250, 2500):
        assert smooth.tail(value) == pytest.approx(summed.tail(value), rel=1e-9)


def test_noise_is_narrower_than_sigma_only_when_sigma_is_small() -> None:
    assert standard_deviation(DiscreteGaussian(Fraction(1, 4))) < 1 / 38
    assert standard_deviation(DiscreteGaussian(Fraction(2))) == pytest.approx(2, rel=1e-12)


def test_the_sampler_checks_its_scale() -> None:
    with pytest.raises(ValueError, match=r"^sigma must be .* grid steps; found 0"):
        sample_discrete_gaussian(Fraction(0), (), seeded(1))
