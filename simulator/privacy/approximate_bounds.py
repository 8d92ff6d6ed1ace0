"""Private estimation of value bounds, from a noisy histogram of positive and negative values over powers of two.

A bin is considered occupied when its noisy count is so high that, with all bins empty, any would reach it with
probability 1e-9; if no bin is, the search is repeated with 1e-8, and so on up to 1e-6. The bounds are the outer edges
of the first and the last occupied bin.

Source: google/differential-privacy, cc/algorithms/approx-bounds.h.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from simulator.privacy.laplace_release import LaplaceRelease
from simulator.privacy.rng import RandomSource

FAILURES = (1e-9, 1e-8, 1e-7, 1e-6)
"""Probabilities with which some empty bin may be considered occupied, tried in this order."""


@dataclass(frozen=True, slots=True)
class Bins:
    """The bins of one side of zero: bin i holds magnitudes above 2**(first + i - 1), up to 2**(first + i).

    Attributes:
        count: How many; bin 0 holds everything small, the last everything large.
        first: Exponent of the upper edge of bin 0.
        largest: Largest magnitude of the type; no bound is beyond it.
    """

    count: int
    first: int
    largest: Fraction

    def edge(self, index: int) -> Fraction:
        """Return the outer edge of bin *index*; 0 for -1, the inner edge of bin 0."""
        return Fraction(0) if index < 0 else min(self.largest, Fraction(2) ** (self.first + index))

    def span(self, index: int) -> tuple[Fraction, Fraction]:
        """Return the edges of bin *index*, lower first; bins of negative values have -1 (nearest to zero), -2, ..."""
        if index >= 0:
            return self.edge(index - 1), self.edge(index)
        return -self.edge(-index - 1), -self.edge(-index - 2)


WHOLE_BINS = Bins(64, 0, Fraction(2**63 - 1))
"""Bins of INT64."""
REAL_BINS = Bins(2047, -1022, Fraction(float(np.finfo(np.float64).max)))
"""Bins of FLOAT64, from its smallest normal number on."""


def approximate_bounds(
    histogram: Mapping[int, int], bins: Bins, release: LaplaceRelease, source: RandomSource
) -> tuple[Fraction, Fraction] | None:
    """Return a lower and an upper bound of values; None when no bin stands out.

    Args:
        histogram: Bin, numbered as in `Bins.span`, to its number of values; missing bins are empty.
        bins: The bins.
        release: Noise of a count; its sensitivity is the number of counts that one unit may move by one.
        source: Where the noise comes from.
    """
    counts = np.zeros(2 * bins.count)
    for index, count in histogram.items():
        counts[bins.count + index] = count
    noise = release.mechanism.sample(counts.shape, source)
    # Both summands are exact as doubles, so that the rounded sum is a function of the exact one.
    noisy = counts + noise * float(release.grid)
    for failure in FAILURES:
        occupied = np.flatnonzero(noisy >= least_count(failure, bins, release))
        if occupied.size:
            first, last = int(occupied[0]) - bins.count, int(occupied[-1]) - bins.count
            return bins.span(first)[0], bins.span(last)[1]
    return None


def least_count(failure: float, bins: Bins, release: LaplaceRelease) -> float:
    """Return the minimum noisy count of a bin that is considered occupied.

    Args:
        failure: Probability with which some bin reaches it when all are empty.
        bins: The bins.
        release: Noise of a count.
    """
    of_one_bin = -math.expm1(math.log1p(-failure) / (2 * bins.count))
    return -float(release.scale) * math.log(2 * of_one_bin)
