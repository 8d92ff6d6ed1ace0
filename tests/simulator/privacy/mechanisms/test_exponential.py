"""The exponential mechanism against its own probabilities."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulator.privacy.mechanisms.exponential import choose_exponential
from simulator.privacy.rng import seeded


def test_choices_follow_the_probabilities() -> None:
    penalties, handicaps, scale = (
        [9, 3, 0, 5],
        [Fraction(0), Fraction(1, 2), Fraction(3, 2), Fraction(1, 8)],
        Fraction(4),
    )
    source = seeded(1)
    counts = np.bincount([choose_exponential(penalties, handicaps, scale, source) for _ in range(2000)], minlength=4)
    weights = np.exp([-float(p / scale + h) for p, h in zip(penalties, handicaps, strict=True)])
    assert stats.chisquare(counts, 2000 * weights / weights.sum()).pvalue > 1e-6


@settings(deadline=None)
@given(st.lists(st.integers(0, 50), min_size=2, max_size=20), st.data())
def test_one_user_moves_log_probabilities_apart_by_at_most_two_over_scale(
    penalties: list[int], data: st.DataObject
) -> None:
    neighbours = [penalty + data.draw(st.integers(-1, 1)) for penalty in penalties]
    scale = 3.0
    moved = np.log(_probabilities(penalties, scale)) - np.log(_probabilities(neighbours, scale))
    assert moved.max() - moved.min() <= 2 / scale + 1e-9
    for order in (1.5, 3.0, 20.0):
        terms = _probabilities(penalties, scale) * np.exp((order - 1) * moved)
        assert np.log(terms.sum()) / (order - 1) <= order / (2 * scale**2) + 1e-9


def _probabilities(penalties: list[int], scale: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    weights = np.exp(-np.array(penalties) / scale)
    return np.asarray(weights / weights.sum())


@settings(deadline=None, max_examples=20)
@given(st.integers(2, 400), st.integers(0, 10**6))
def test_a_clear_winner_wins(candidates: int, seed: int) -> None:
    penalties = [10_000] * candidates
    penalties[candidates // 2] = 0
    assert choose_exponential(penalties, [Fraction(0)] * candidates, Fraction(10), seeded(seed)) == candidates // 2


@pytest.mark.parametrize(("penalties", "handicaps"), [([], []), ([1, 2], [Fraction(0)])])
def test_each_penalty_needs_a_handicap(penalties: list[int], handicaps: list[Fraction]) -> None:
    with pytest.raises(ValueError, match=r"allowed is one handicap a penalty$"):
        choose_exponential(penalties, handicaps, Fraction(1), seeded(1))
