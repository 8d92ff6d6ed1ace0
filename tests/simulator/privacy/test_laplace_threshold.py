"""The threshold on noisy numbers of units: the formula's table, and what a group of one unit can hope for."""

from __future__ import annotations

import math

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import laplace

from simulator.privacy.laplace_threshold import LEAST, MOST, laplace_threshold

TABLE = (
    (500, 0.01, 2, 2),
    (5, 0.01, 2, 3),
    (5, 0.01, 1, 2),
    (0.005, 0.05, 2, 1195),
    (0.5, 1e-5, 1, 23),
    (5e19, 0.01, 2, 1),
    (1e10, 0.01, 2, 2),
    (1e15, 0.01, 2, 2),
    (1, 1, 1, LEAST),
    (1, 1, 5, LEAST),
    (1, 0, 1, MOST),
    (1, 0, 7, MOST),
    (1, 0.5, 1, 1),
    (1e-300, 1e-5, 1, MOST),
    (1e-300, 0.9, 1, LEAST),
)
"""ε of the numbers of units, δ, groups a unit, threshold."""


@pytest.mark.parametrize(("epsilon", "delta", "groups", "threshold"), TABLE)
def test_the_table_of_the_formula(epsilon: float, delta: float, groups: int, threshold: int) -> None:
    assert laplace_threshold(epsilon, delta, groups) == threshold


WRONG = (
    *((0, 0.1, 1), (-1, 0.1, 1), (math.inf, 0.1, 1), (math.nan, 0.1, 1)),
    *((1, -0.1, 1), (1, 1.1, 1), (1, math.nan, 1), (1, 0.1, 0), (1, 0.1, -1)),
)


@pytest.mark.parametrize(("epsilon", "delta", "groups"), WRONG)
def test_arguments_out_of_range(epsilon: float, delta: float, groups: int) -> None:
    with pytest.raises(ValueError, match=r" must be .*; found "):
        laplace_threshold(epsilon, delta, groups)


@given(st.floats(1e-3, 1e3), st.floats(1e-12, 0.4), st.integers(1, 100))
def test_groups_of_one_unit_are_shown_at_most_with_delta(epsilon: float, delta: float, groups: int) -> None:
    """1 + Laplace noise of scale groups / ε reaches the threshold in one of the groups with a probability of δ."""
    threshold = laplace_threshold(epsilon, delta, groups)
    one = math.exp(-(threshold - 1) * epsilon / groups) / 2
    assert threshold >= 2
    assert -math.expm1(groups * math.log1p(-one)) <= delta * (1 + 1e-9)
    lower = threshold - 1
    if lower >= 2:
        shown = math.exp(-(lower - 1) * epsilon / groups) / 2
        assert -math.expm1(groups * math.log1p(-shown)) >= delta * (1 - 1e-9)


EPSILONS = (1e-6, 1e-3, 0.01, 0.1, 1 / 3, 0.5, math.log(2), 1, 1.5, 2, math.e, 5, 10, 33.3, 100, 500, 1e4, 1e8)
DELTAS = (
    1e-300,
    1e-15,
    1e-12,
    1e-9,
    1e-6,
    1e-5,
    1e-3,
    0.01,
    0.05,
    0.1,
    0.25,
    0.49,
    0.5,
    0.51,
    0.75,
    0.9,
    0.99,
    1 - 1e-9,
)
GROUPS = (1, 2, 3, 4, 7, 10, 31, 100, 1000, 10**6)
_DIGITS = 400  # enough to tell 1 - 1e-300 from 1
NEAR = mpmath.mpf(2) ** -40
"""How near to a whole number doubles may round the other way, relative to the number."""


def _exact(epsilon: float, delta: float, groups: int) -> mpmath.mpf:
    """Return the quantile of 1 + Laplace noise that one of *groups* groups exceeds with *delta*, to 400 digits."""
    with mpmath.workdps(_DIGITS):
        of_one = 1 - (1 - mpmath.mpf(delta)) ** (mpmath.mpf(1) / groups)
        scale = mpmath.mpf(groups) / mpmath.mpf(epsilon)
        above = -mpmath.log(2 * of_one) if of_one <= mpmath.mpf(1) / 2 else mpmath.log(2 * (1 - of_one))
        return 1 + scale * above


def _agrees(epsilon: float, delta: float, groups: int) -> bool:
    exact, found = _exact(epsilon, delta, groups), laplace_threshold(epsilon, delta, groups)
    slack = NEAR * max(abs(exact - 1), 1)
    with mpmath.workdps(_DIGITS):
        possible = {int(mpmath.ceil(exact - slack)), int(mpmath.ceil(exact + slack))}
    return min(possible) <= found <= max(possible)


def test_a_grid_against_many_digits() -> None:
    """3,240 points. Where the exact number is a whole one but for rounding, both of its neighbours are right."""
    wrong = [
        (epsilon, delta, groups)
        for epsilon in EPSILONS
        for delta in DELTAS
        for groups in GROUPS
        if not _agrees(epsilon, delta, groups)
    ]
    assert wrong == []


@given(st.floats(1e-6, 1e6), st.floats(1e-12, 1, exclude_max=True), st.integers(1, 10**6))
def test_any_arguments_against_many_digits(epsilon: float, delta: float, groups: int) -> None:
    assert _agrees(epsilon, delta, groups)


@given(st.floats(1e-3, 1e3), st.floats(1e-9, 0.99))
def test_the_quantile_is_that_of_scipy(epsilon: float, delta: float) -> None:
    """With one group a unit the threshold is a quantile of Laplace noise around 1, rounded up."""
    quantile = laplace.isf(delta, loc=1, scale=1 / epsilon)
    slack = 1e-9 * max(abs(quantile), 1)
    assert math.ceil(quantile - slack) <= laplace_threshold(epsilon, delta, 1) <= math.ceil(quantile + slack)
