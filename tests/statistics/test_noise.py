"""Noise at a million samples: accepted at its scale, rejected at 0.9 and 1.1 of it.

A right sampler fails a test here once in a million runs (`ALPHA`). A sampler whose scale is off by a tenth moves the
variance by 19 % or more, against a standard error of at most 0.3 %: it passes with a probability below 1e-300. Bits
come from the operating system, as in a release.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from simulator.privacy.mechanisms import MECHANISMS, DiscreteGaussian, DiscreteLaplace, Mechanism, TruncatedGaussian
from simulator.privacy.mechanisms.truncated_gaussian import truncated
from simulator.privacy.rng import secure
from tests.simulator.privacy.mechanisms.spread import standard_deviation

pytestmark = pytest.mark.statistics

ALPHA = 1e-6
SAMPLES = 1_000_000
SCALES = (Fraction(1), Fraction(7, 3), 30 / Fraction("1.959964"), Fraction(4096), Fraction(10**9), Fraction(2**39))
LARGEST_FOR_USERS = 10**5
"""Truncated noise is for counts of users, not for values on fine grids."""
CASES = [
    (kind, scale)
    for kind in MECHANISMS
    for scale in SCALES
    if kind is not TruncatedGaussian or scale < LARGEST_FOR_USERS
]
DELTA = 1e-2
"""Of truncated noise: it is then cut off at about two scales, where a wrong reach shows."""
WRONG = (Fraction(9, 10), Fraction(11, 10))


def make(kind: type[Mechanism], scale: Fraction) -> Mechanism:
    if kind is TruncatedGaussian:
        return truncated(scale, DELTA)
    return kind(scale)  # type: ignore[call-arg]  # a protocol does not tell its members' constructors


def fit(drawn: NDArray[np.int64], mechanism: Mechanism) -> float:
    """P-value of a chi-square test of draws against a mechanism, in about forty bins between its quantiles."""
    width = max(1, round(standard_deviation(mechanism) / 5))
    edges = width * np.arange(-25, 26) - width // 2
    tails = np.array([mechanism.tail(int(edge)) for edge in edges])
    shares = np.array([1 - tails[0], *(tails[:-1] - tails[1:]), tails[-1]])
    counts = np.bincount(np.searchsorted(edges, drawn, side="right"), minlength=edges.size + 1)
    likely = shares * drawn.size >= 10
    counts = np.append(counts[likely], counts[~likely].sum())
    shares = np.append(shares[likely], shares[~likely].sum())
    present = shares * drawn.size >= 1
    # What is nearly impossible is left out of the test, and must be nearly absent.
    if counts[~present].sum() > 20:
        return 0.0
    scaled = shares[present] / shares[present].sum() * counts[present].sum()
    return float(stats.chisquare(counts[present], scaled).pvalue)


@pytest.mark.parametrize(("kind", "scale"), CASES)
def test_the_distribution_is_the_stated_one_and_no_other(kind: type[Mechanism], scale: Fraction) -> None:
    mechanism = make(kind, scale)
    drawn = mechanism.sample((SAMPLES,), secure())
    assert fit(drawn, mechanism) > ALPHA
    for factor in WRONG:
        wrong = make(kind, scale * factor).sample((SAMPLES,), secure())
        assert fit(wrong, mechanism) < 1e-100


@pytest.mark.parametrize(("kind", "scale"), CASES)
def test_the_variance_is_the_stated_one_and_no_other(kind: type[Mechanism], scale: Fraction) -> None:
    mechanism = make(kind, scale)
    normed = mechanism.sample((SAMPLES,), secure()) / standard_deviation(mechanism)
    squares = normed**2
    error = float(squares.std()) / math.sqrt(SAMPLES)
    bound = float(stats.norm.isf(ALPHA / 2)) * error
    assert abs(float(squares.mean()) - 1) < bound
    for factor in WRONG:
        assert abs(float(factor) ** 2 - 1) > 10 * bound, "the test could not tell a wrong scale"


@pytest.mark.parametrize(("kind", "scale"), CASES)
def test_noise_is_centred_symmetric_and_independent(kind: type[Mechanism], scale: Fraction) -> None:
    mechanism = make(kind, scale)
    drawn = mechanism.sample((SAMPLES,), secure())
    limit = float(stats.norm.isf(ALPHA / 2)) / math.sqrt(SAMPLES)
    normed = drawn / standard_deviation(mechanism)
    assert abs(float(normed.mean())) < limit
    positive, negative = int((drawn > 0).sum()), int((drawn < 0).sum())
    assert stats.binomtest(positive, positive + negative, 0.5).pvalue > ALPHA
    for lag in (1, 2, 1000):
        assert abs(float((normed[:-lag] * normed[lag:]).mean())) < 1.5 * limit
    assert abs(float(np.corrcoef(drawn & 1, drawn >> 1 & 1)[0, 1])) < 1.5 * limit or scale < 100


@pytest.mark.parametrize(("factor", "holds"), [(1, True), (Fraction(1, 2), False), (Fraction(2, 3), False)])
def test_no_event_betrays_more_than_epsilon(factor: Fraction, *, holds: bool) -> None:
    """Claim epsilon 1 at sensitivity 1; planted: half the noise (epsilon 2), sensitivity understated (epsilon 1.5)."""
    mechanism = DiscreteLaplace(factor * 1)
    without = mechanism.sample((SAMPLES,), secure())
    with_one_user = 1 + mechanism.sample((SAMPLES,), secure())
    bounds = []
    for cut in range(-3, 5):
        more, less = int((with_one_user >= cut).sum()), int((without >= cut).sum())
        low = stats.binomtest(more, SAMPLES).proportion_ci(1 - ALPHA / 8).low
        high = stats.binomtest(less, SAMPLES).proportion_ci(1 - ALPHA / 8).high
        bounds.append(math.log(low / high))
    assert (max(bounds) <= 1) is holds


@pytest.mark.parametrize("users", [10, 30, 100])
def test_95_in_100_answers_are_within_the_users_that_the_template_names(users: int) -> None:
    mechanism = DiscreteGaussian(users / Fraction("1.959964"))
    drawn = mechanism.sample((SAMPLES,), secure())
    width = mechanism.interval(0.95)
    inside = int((np.abs(drawn) <= width).sum())
    assert stats.binomtest(inside, SAMPLES, 1 - 2 * mechanism.tail(width + 1)).pvalue > ALPHA
    assert width in {users - 1, users}
