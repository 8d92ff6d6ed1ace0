"""Coins with probability exp(-x): the fast comparison and the exact one must be the same coin."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulator.privacy import bernoulli
from simulator.privacy.bernoulli import count_heads_exp, exp_bounds, flip_exp
from simulator.privacy.rng import RandomSource, seeded

exponents = st.fractions(min_value=0, max_value=60, max_denominator=10**12)


@given(exponents, st.sampled_from([32, 64, 96, 256]))
def test_bounds_hold_the_exponential_tightly(exponent: Fraction, bits: int) -> None:
    low, high = exp_bounds(exponent, bits)
    assert 0 <= low <= high <= low + 2
    assert low / 2**bits == pytest.approx(math.exp(-exponent), rel=1e-9, abs=2.0**-bits * 3)


@given(exponents)
def test_more_digits_refine_the_bounds(exponent: Fraction) -> None:
    low, high = exp_bounds(exponent, 32)
    finer_low, finer_high = exp_bounds(exponent, 128)
    assert low << 96 <= finer_low <= finer_high <= high << 96


def test_bounds_of_a_known_number() -> None:
    # 2**64 / e, from the decimal expansion of 1/e.
    assert exp_bounds(Fraction(1), 64) == (6786177901268885274, 6786177901268885275)
    assert exp_bounds(Fraction(0), 64) == (2**64, 2**64)


@given(st.lists(exponents, min_size=1, max_size=30), st.integers(0, 10_000))
def test_exact_and_fast_comparison_decide_alike(values: list[Fraction], seed: int) -> None:
    rounded = np.array([float(value) for value in values])
    fast = flip_exp(rounded, values.__getitem__, seeded(seed))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bernoulli, "MARGIN", 2.0)
        exact = flip_exp(rounded, values.__getitem__, seeded(seed))
    assert fast.tolist() == exact.tolist()


def test_undecided_bits_are_followed_by_more_bits_of_the_same_number() -> None:
    low, _ = exp_bounds(Fraction(1), 32)
    digits = [low, *divmod(exp_bounds(Fraction(1), 96)[0] - (low << 64), 2**32)]

    def flip(last: int) -> bool:
        words = iter([digits[0], digits[1], last])
        source = RandomSource(
            "scripted", is_secure=False, words=lambda count: np.array([next(words) for _ in range(count)], np.uint64)
        )
        return bool(flip_exp(np.array([1.0]), lambda _: Fraction(1), source)[0])

    assert flip(digits[2] - 1)
    assert not flip(digits[2] + 1)


@pytest.mark.parametrize(("last", "heads"), [(0, 1), (2**32 - 1, 0)])
def test_an_undecided_word_does_not_end_a_count_of_heads(last: int, heads: int) -> None:
    low, _ = exp_bounds(Fraction(1), 32)
    words = iter([low, last, 2**32 - 1])
    source = RandomSource(
        "scripted", is_secure=False, words=lambda count: np.array([next(words) for _ in range(count)], np.uint64)
    )
    assert count_heads_exp(Fraction(1), 1, source).tolist() == [heads]


def test_a_certain_coin_always_shows_heads() -> None:
    assert flip_exp(np.zeros(1000), lambda _: Fraction(0), seeded(1)).all()


def test_an_impossible_coin_never_does() -> None:
    assert not flip_exp(np.full(1000, 1e6), lambda _: Fraction(10**6), seeded(1)).any()


@pytest.mark.parametrize("exponent", [Fraction(1, 100), Fraction(1), Fraction(5, 2)])
def test_heads_come_as_often_as_they_should(exponent: Fraction) -> None:
    heads = flip_exp(np.full(200_000, float(exponent)), lambda _: exponent, seeded(2)).sum()
    assert stats.binomtest(int(heads), 200_000, math.exp(-exponent)).pvalue > 1e-6


@pytest.mark.parametrize("exponent", [Fraction(1, 2), Fraction(1), Fraction(9)])
def test_counts_of_heads_are_geometric(exponent: Fraction) -> None:
    counts = np.bincount(count_heads_exp(exponent, 200_000, seeded(3)))
    assert stats.binomtest(int(counts[0]), 200_000, -math.expm1(-exponent)).pvalue > 1e-6
    assert counts.size < 20 + 40 / float(exponent)
