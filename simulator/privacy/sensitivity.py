"""Private estimates of how much one user may contribute: rows, and the range of values.

AWS finds these parameters itself and charges for it, "because the sensitivity parameters are data-dependent"; its
method is not published. This simulator uses the following.

Each estimate is one release: a histogram over users with discrete Gaussian noise in every bin. Its bins are public,
[0], (0, 1], (1, 2], (2, 4], ... and their mirror images. Neighbours are data sets that differ in one user, added or
removed with all rows; each user is counted in exactly one bin, whatever the user's rows hold, so the vector of counts
has the L2 sensitivity 1 and the release is rho-zCDP with rho = 1 / (2 scale**2). Everything that follows is free
post-processing of the noisy counts: it selects the bins that hold more users than noise explains. A bin needs more
evidence if it would raise the bound, and with it the noise of every later sum, far above the values of most users.

Edges that double are fine enough: finer ones would need as much more evidence as they would save noise, and few users
cannot be located among many bins at all.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-settings.html; SampCert (arXiv 2412.01671), whose
maximum is found in a noisy logarithmic histogram, too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from simulator.privacy.budget import Aggregation
from simulator.privacy.mechanisms.discrete_gaussian import DiscreteGaussian
from simulator.privacy.rng import RandomSource

_EVIDENCE = 5.0
"""Evidence that a bin needs: half the square of its score in noise scales; 3.2 scales, as there are a hundred bins."""

_EVIDENCE_NEXT = 3.0
"""The same for bins farther from zero next to the one with most users: 2.4 scales. A higher value would cut off more
users than it would save noise."""

_CAUTION = 1.5
"""Additional evidence for each factor e by which a bin would raise the bound. Above 1, the expected harm of a bin that
only noise filled is finite however far the edges reach."""

_TOWARDS_ZERO = 0.5
"""Evidence by which the bin with most users must exceed another one for each factor e that it is farther from zero:
with too few users to tell, small bounds are preferred to large ones."""

_WIDTHS = (1, 2, 4)
"""Numbers of neighbouring bins that are tested together, because users spread over several stand out only together."""

EDGES: NDArray[np.int64] = np.array(
    [*(-(2**power) for power in range(52, -1, -1)), 0, *(2**power for power in range(53))], np.int64
)
"""Outer ends of the bins, increasing: -2**52, ..., -2, -1, 0, 1, 2, 4, ..., 2**52. A bin reaches from its edge towards
zero up to the next edge, which it excludes; larger magnitudes are in the outermost bins."""

_ZERO = EDGES.size // 2


@dataclass(frozen=True, slots=True)
class SensitivityParameters:
    """The parameters of one aggregate function in a query's result; the API's DifferentialPrivacyParameters.

    Attributes:
        aggregation: The aggregate function.
        expression: The SQL expression inside the function, or the function as written.
        user_contribution_limit: Maximum number of rows of one user that count in the query; 1 when users are counted.
        min_value: Lower bound of the expression, in the column's unit; None for counts.
        max_value: Upper bound of the expression, in the column's unit; None for counts.
    """

    aggregation: Aggregation
    expression: str
    user_contribution_limit: int
    min_value: float | None = None
    max_value: float | None = None

    def to_response(self) -> dict[str, str | int | float]:
        """Return the members of the boto3 response, without absent ones."""
        response: dict[str, str | int | float] = {
            "aggregationType": self.aggregation.value,
            "aggregationExpression": self.expression,
            "userContributionLimit": self.user_contribution_limit,
        }
        if self.min_value is not None:
            response["minColumnValue"] = self.min_value
        if self.max_value is not None:
            response["maxColumnValue"] = self.max_value
        return response


def user_histogram(values: NDArray[np.int64], users: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count users by a whole number that each of them has, such as the number of their rows.

    Args:
        values: Shape (n,): the numbers.
        users: Shape (n,): how many users have that number; >= 0.

    Returns:
        Array of shape (len(EDGES),): how many users are in each bin.
    """
    above = np.searchsorted(EDGES, values)
    below = np.searchsorted(EDGES, values, side="right") - 1
    counts = np.zeros(EDGES.size, np.int64)
    np.add.at(counts, np.clip(np.where(values > 0, above, below), 0, EDGES.size - 1), users)
    return counts


def estimate_contribution_limit(rows_per_user: NDArray[np.int64], scale: Fraction, source: RandomSource) -> int:
    """Estimate a good limit of rows per user; rho-zCDP with rho = 1 / (2 scale**2), one unit at scale n / z.

    Args:
        rows_per_user: Shape (len(EDGES),), see `user_histogram`: each user with a row in the query counted once, so
            the sensitivity is 1.
        scale: Noise in users: `BudgetModel.noise_scale`.
        source: Where the bits come from.

    Returns:
        A power of two, >= 1.

    Raises:
        ValueError: The histogram has another shape, or *scale* is out of range.
    """
    return max(1, _range(rows_per_user, scale, source, lowest=_ZERO + 1)[1])


def estimate_bounds(values: NDArray[np.int64], scale: Fraction, source: RandomSource) -> tuple[int, int]:
    """Estimate good bounds of values; rho-zCDP with rho = 1 / (2 scale**2), one unit at scale n / z.

    Args:
        values: Shape (len(EDGES),), see `user_histogram`: each user with a value counted once, by the value of one
            randomly drawn row, so that the histogram shows how common values are among rows.
        scale: Noise in users: `BudgetModel.noise_scale`.
        source: Where the bits come from.

    Returns:
        Lower and upper bound in grid steps, two of `EDGES`, lower < upper.

    Raises:
        ValueError: The histogram has another shape, or *scale* is out of range.
    """
    return _range(values, scale, source, lowest=0)


def _range(histogram: NDArray[np.int64], scale: Fraction, source: RandomSource, lowest: int) -> tuple[int, int]:
    """Find the bins, from *lowest* on, that hold users; return where they begin and end."""
    if histogram.shape != EDGES.shape:
        raise ValueError(f"the histogram has shape {histogram.shape}; allowed is {EDGES.shape}, one bin per edge")
    noisy = histogram + DiscreteGaussian(scale).sample(histogram.shape, source)
    noisy[:lowest] = 0
    scores = {width: _scores(noisy, width) / float(scale) for width in _WIDTHS}
    first, last = _fullest(scores, lowest)
    needed = _needed_scores(first, last)
    for width, found in scores.items():
        begins = np.flatnonzero(found > needed[: found.size])
        ends = np.flatnonzero(found > needed[width - 1 :]) + width - 1
        last = max([last, *begins[-1:].tolist()])
        first = min([first, *ends[:1].tolist()])
    return _inner_or_edge(first, towards=-1), _inner_or_edge(last, towards=1)


_MAGNITUDES: NDArray[np.float64] = np.maximum(np.abs(EDGES), 1).astype(np.float64)


def _scores(noisy: NDArray[np.int64], width: int) -> NDArray[np.float64]:
    """Users in every window of *width* bins, in standard deviations of the window's noise per unit of scale."""
    return np.convolve(noisy, np.ones(width, np.int64), "valid") / math.sqrt(width)


def _fullest(scores: dict[int, NDArray[np.float64]], lowest: int) -> tuple[int, int]:
    """Return the first and last bin of the window with most users; windows with the bin of zeros are left out."""
    best = (-math.inf, lowest, lowest)
    for width, found in scores.items():
        begins = np.arange(found.size)
        magnitude = np.maximum(_MAGNITUDES[begins], _MAGNITUDES[begins + width - 1])
        evidence = np.maximum(found, 0) ** 2 / 2 - _TOWARDS_ZERO * np.log(magnitude)
        evidence[(begins <= _ZERO) & (begins + width > _ZERO) | (begins < lowest)] = -math.inf
        begin = int(np.argmax(evidence))
        best = max(best, (float(evidence[begin]), begin, begin + width - 1))
    return best[1], best[2]


def _needed_scores(first: int, last: int) -> NDArray[np.float64]:
    """Score that each bin must exceed, when most users are in the bins from *first* to *last*."""
    raised = np.log(np.maximum(_MAGNITUDES / min(_MAGNITUDES[first], _MAGNITUDES[last]), 1))
    evidence = np.full(EDGES.size, _EVIDENCE)
    if first > _ZERO:
        evidence[first:] = _EVIDENCE_NEXT
    else:
        evidence[: last + 1] = _EVIDENCE_NEXT
    scores: NDArray[np.float64] = np.sqrt(2 * (evidence + _CAUTION * raised))
    return scores


def _inner_or_edge(position: int, towards: int) -> int:
    """The end of a bin in the direction *towards*: its edge if that points away from zero, else where it begins."""
    away = (position - _ZERO) * towards >= 0
    return int(EDGES[position if away else position + towards])
