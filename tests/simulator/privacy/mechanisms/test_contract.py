"""What every mechanism must fulfil, checked against its probabilities added up term by term."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from simulator.privacy import bernoulli
from simulator.privacy.mechanisms import MECHANISMS, DiscreteGaussian, DiscreteLaplace, Mechanism, TruncatedGaussian
from simulator.privacy.mechanisms.truncated_gaussian import truncated
from simulator.privacy.rng import secure, seeded
from tests.simulator.privacy.mechanisms.spread import standard_deviation

Weight = Callable[[NDArray[np.float64], float], NDArray[np.float64]]
WEIGHTS: dict[type[Mechanism], Weight] = {
    DiscreteGaussian: lambda k, scale: np.exp(-((k / scale) ** 2) / 2),
    DiscreteLaplace: lambda k, scale: np.exp(-np.abs(k) / scale),
    TruncatedGaussian: lambda k, scale: np.exp(-((k / scale) ** 2) / 2),
}
"""What each mechanism's probabilities are proportional to, as far as it reaches."""

ON_GRIDS = (DiscreteGaussian, DiscreteLaplace)
"""Mechanisms for values on fine grids and for any sensitivity; the others are for counts of users."""
DELTA = 1e-3
"""Of truncated noise: its reach is then three scales, where it can be seen."""

SCALES = (Fraction(1, 3), Fraction(1), Fraction(7, 3), 30 / Fraction("1.959964"), Fraction(200))
MIDDLE = [(kind, scale) for kind in MECHANISMS for scale in SCALES]

scales = st.fractions(min_value=Fraction(1, 4), max_value=300, max_denominator=10**9)
kinds = st.sampled_from(MECHANISMS)
kinds_on_grids = st.sampled_from(ON_GRIDS)


def probabilities(kind: type[Mechanism], scale: Fraction) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Values and their probabilities, as far as they matter."""
    reach = math.ceil(45 * scale) + 45
    values = np.arange(-reach, reach + 1)
    weights = WEIGHTS[kind](values.astype(float), float(scale))
    if kind is TruncatedGaussian:
        weights[np.abs(values) > truncated(scale, DELTA).reach] = 0
    return values, weights / weights.sum()


def make(kind: type[Mechanism], scale: Fraction) -> Mechanism:
    if kind is TruncatedGaussian:
        return truncated(scale, DELTA)
    return kind(scale)  # type: ignore[call-arg]  # a protocol does not tell its members' constructors


def test_every_mechanism_is_tested() -> None:
    assert set(WEIGHTS) == set(MECHANISMS)


@pytest.mark.parametrize(("kind", "scale"), MIDDLE)
def test_samples_follow_the_probabilities(kind: type[Mechanism], scale: Fraction) -> None:
    drawn = make(kind, scale).sample((100_000,), seeded(4))
    values, expected = probabilities(kind, scale)
    likely = expected * drawn.size >= 10
    counts = np.array([*(np.count_nonzero(drawn == value) for value in values[likely]), 0])
    counts[-1] = drawn.size - counts.sum()
    shares = np.array([*expected[likely], 1 - expected[likely].sum()])
    if shares[-1] * drawn.size < 1e-6:  # nothing is left beyond a short reach
        assert counts[-1] == 0
        counts, shares = counts[:-1], shares[:-1] / shares[:-1].sum()
    assert stats.chisquare(counts, shares * drawn.size).pvalue > 1e-6


@pytest.mark.parametrize("kind", ON_GRIDS)
@pytest.mark.parametrize("scale", [Fraction(3), 30 / Fraction("1.959964"), Fraction(2**20), Fraction(2**40)])
def test_the_scale_is_right_within_thirty_percent(kind: type[Mechanism], scale: Fraction) -> None:
    mechanism = make(kind, scale)
    spread = float(mechanism.sample((100_000,), secure()).std())
    # The standard deviation of 100,000 draws is right to 1 %: 0.7 and 1.3 of it are 30 standard errors away.
    assert spread == pytest.approx(standard_deviation(mechanism), rel=0.05)
    assert spread != pytest.approx(0.7 * standard_deviation(mechanism), rel=0.2)
    assert spread != pytest.approx(1.3 * standard_deviation(mechanism), rel=0.2)


@pytest.mark.parametrize(("kind", "scale"), [*MIDDLE, *((kind, Fraction(10**12, 7)) for kind in ON_GRIDS)])
def test_exact_arithmetic_would_have_drawn_the_same(
    kind: type[Mechanism], scale: Fraction, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = make(kind, scale).sample((200,), seeded(8))
    monkeypatch.setattr(bernoulli, "MARGIN", 2.0)  # every comparison in floating point is now called undecided
    assert make(kind, scale).sample((200,), seeded(8)).tolist() == fast.tolist()


@pytest.mark.parametrize("kind", MECHANISMS)
@pytest.mark.parametrize("shape", [(), (0,), (7,), (3, 5), (2, 0, 4)])
def test_samples_have_the_shape_asked_for(kind: type[Mechanism], shape: tuple[int, ...]) -> None:
    drawn = make(kind, Fraction(5)).sample(shape, seeded(5))
    assert drawn.shape == shape
    assert drawn.dtype == np.int64


@pytest.mark.parametrize("kind", MECHANISMS)
def test_more_samples_than_a_chunk_are_all_drawn(kind: type[Mechanism]) -> None:
    drawn = make(kind, Fraction(1000)).sample((200_001,), seeded(6))
    assert abs(float(drawn[-50_000:].std()) / float(drawn[:50_000].std()) - 1) < 0.05


@pytest.mark.parametrize("kind", MECHANISMS)
def test_a_scale_with_a_huge_denominator_is_exact_too(kind: type[Mechanism]) -> None:
    scale = Fraction(0.1) + Fraction(1, 3**60)
    drawn = make(kind, scale).sample((100_000,), seeded(7))
    values, expected = probabilities(kind, scale)
    zero = float(expected[values == 0][0])
    assert stats.binomtest(int((drawn == 0).sum()), drawn.size, zero).pvalue > 1e-6


@given(kinds, scales)
def test_tails_agree_with_the_sum(kind: type[Mechanism], scale: Fraction) -> None:
    values, expected = probabilities(kind, scale)
    mechanism = make(kind, scale)
    for value in (-3, 0, 1, 2, math.ceil(scale), math.ceil(5 * scale)):
        assert mechanism.tail(value) == pytest.approx(float(expected[values >= value].sum()), rel=1e-9)


@given(kinds, scales, st.floats(0.01, 0.999))
def test_intervals_are_the_smallest_that_hold_enough(
    kind: type[Mechanism], scale: Fraction, probability: float
) -> None:
    values, expected = probabilities(kind, scale)
    width = make(kind, scale).interval(probability)
    assert expected[np.abs(values) <= width].sum() >= probability - 1e-12
    assert width == 0 or expected[np.abs(values) < width].sum() < probability + 1e-12


@given(kinds_on_grids, st.fractions(min_value=1, max_value=2**40), st.floats(0.5, 0.999))
def test_intervals_grow_with_the_scale(kind: type[Mechanism], scale: Fraction, probability: float) -> None:
    smaller, larger = make(kind, scale), make(kind, min(2 * scale, Fraction(2**40)))
    assert smaller.interval(probability) <= larger.interval(probability)


@given(kinds_on_grids, scales, st.fractions(min_value=0, max_value=100))
def test_loss_is_quadratic_in_sensitivity_over_scale(kind: type[Mechanism], scale: Fraction, by: Fraction) -> None:
    assert make(kind, scale).rho(by) == (by / scale) ** 2 / 2


@given(kinds_on_grids, st.fractions(min_value=Fraction(1, 2), max_value=20, max_denominator=1000), st.integers(1, 8))
def test_renyi_divergence_stays_within_rho(kind: type[Mechanism], scale: Fraction, by: int) -> None:
    """The definition of zCDP, added up: divergence of order a between noise and shifted noise is at most rho * a."""
    values, expected = probabilities(kind, scale)
    inner = expected[by:-by]
    shifted = expected[: -2 * by]
    seen = (inner > 0) & (shifted > 0) & (np.abs(values[by:-by]) < 30 * scale)
    rho = float(make(kind, scale).rho(Fraction(by)))
    for order in (1.5, 2.0, 8.0):
        logarithms = order * np.log(inner[seen]) + (1 - order) * np.log(shifted[seen])
        divergence = float(np.logaddexp.reduce(logarithms)) / (order - 1)
        assert divergence <= rho * order * (1 + 1e-9) + 1e-9


@pytest.mark.parametrize("kind", MECHANISMS)
@pytest.mark.parametrize("scale", [Fraction(0), Fraction(-1), Fraction(1, 2**21), Fraction(2**40 + 1)])
def test_scales_out_of_range_are_refused(kind: type[Mechanism], scale: Fraction) -> None:
    with pytest.raises(
        ValueError, match=r" must be 2\*\*-20 to 2\*\*40 grid steps; found .*: choose a coarser or finer grid$"
    ):
        make(kind, scale)


@pytest.mark.parametrize("kind", MECHANISMS)
@pytest.mark.parametrize("probability", [0.0, 1.0, -0.5])
def test_a_probability_out_of_range_is_refused(kind: type[Mechanism], probability: float) -> None:
    with pytest.raises(ValueError, match=f"^probability must be between 0 and 1, both excluded; found {probability}$"):
        make(kind, Fraction(1)).interval(probability)


@pytest.mark.parametrize("kind", ON_GRIDS)
def test_a_negative_sensitivity_is_refused(kind: type[Mechanism]) -> None:
    with pytest.raises(ValueError, match=r"^sensitivity must be >= 0; found -1$"):
        make(kind, Fraction(1)).rho(Fraction(-1))
