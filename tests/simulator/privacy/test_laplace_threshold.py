"""The threshold on noisy numbers of units: the formula's table, and what a group of one unit can hope for."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    with pytest.raises(ValueError, match="allowed are"):
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
