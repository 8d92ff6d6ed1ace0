"""What only the discrete Laplace promises."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.privacy.mechanisms import DiscreteLaplace
from simulator.privacy.mechanisms.discrete_laplace import sample_discrete_laplace
from simulator.privacy.rng import seeded


@given(st.fractions(min_value=Fraction(1, 2), max_value=50), st.integers(-60, 60), st.integers(1, 5))
def test_one_user_changes_no_probability_by_more_than_epsilon(scale: Fraction, value: int, by: int) -> None:
    mechanism = DiscreteLaplace(scale)

    def probability(k: int) -> float:
        return mechanism.tail(abs(k)) - mechanism.tail(abs(k) + 1)

    ratio = probability(value) / probability(value + by)
    assert ratio <= 2.718281828459045 ** float(mechanism.epsilon(Fraction(by))) * (1 + 1e-6)


def test_the_sampler_checks_its_scale() -> None:
    with pytest.raises(ValueError, match=r"^scale must be .* grid steps; found 0"):
        sample_discrete_laplace(Fraction(0), (), seeded(1))
