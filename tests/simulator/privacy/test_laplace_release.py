"""Laplace noise on numbers: fine grid, exact rounding, nothing without a sensitivity."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.privacy.laplace_release import SMALLEST_EPSILON, LaplaceRelease, release_each
from simulator.privacy.rng import seeded


@given(st.fractions(Fraction(1, 10**9), 10**12), st.fractions(Fraction(1, 10**6), 10**20))
def test_the_grid_is_fine_and_the_noise_covers_rounding(sensitivity: Fraction, epsilon: Fraction) -> None:
    release = LaplaceRelease(sensitivity, epsilon)
    assert release.scale / 2**39 <= release.grid < release.scale / 2**38
    assert release.mechanism.scale * release.grid == (sensitivity + release.grid) / epsilon
    (noisy,) = release.add_noise([Fraction(1, 3)], seeded(1))
    assert (noisy / release.grid).denominator == 1


def test_a_sensitivity_of_zero_gets_no_noise() -> None:
    assert LaplaceRelease(Fraction(0), Fraction(1)).add_noise([7, Fraction(1, 3)], seeded(1)) == [7, Fraction(1, 3)]


@pytest.mark.parametrize(("sensitivity", "epsilon"), [(-1, 1), (1, 0), (1, -1), (1, SMALLEST_EPSILON / 2)])
def test_arguments_out_of_range(sensitivity: int, epsilon: Fraction) -> None:
    with pytest.raises(ValueError, match=r" must be >= .*; found "):
        LaplaceRelease(Fraction(sensitivity), Fraction(epsilon))


def test_the_smallest_epsilon_can_be_drawn() -> None:
    assert LaplaceRelease(Fraction(1), SMALLEST_EPSILON).add_noise([0], seeded(1)) != [0]


def test_each_number_keeps_its_own_release() -> None:
    """At an ε of 1e30 there is no noise to speak of, so that the order shows."""
    sharp = LaplaceRelease(Fraction(1), Fraction(10**30))
    wide = LaplaceRelease(Fraction(2), Fraction(10**30))
    found = release_each([(sharp, 1), (wide, 2), (sharp, 3)], seeded(1))
    assert [round(number) for number in found] == [1, 2, 3]
    assert release_each([], seeded(1)) == []
