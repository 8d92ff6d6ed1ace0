"""Private estimates of how much one user may contribute: rows, and the range of values.

AWS finds these parameters itself and charges for it, "because the sensitivity parameters are data-dependent"; its
method is not published. Ours is described here.

Neighbours are data sets that differ in one user, added or removed with all rows. The estimates look only at histograms
over users: each user is counted in exactly one bin, so one user changes each "number of users above" by at most one,
whatever the user's rows hold. An estimate is a choice by the exponential mechanism among the bins' public edges: the
lowest edge with at most `USERS_ABOVE` noise scales of users above it. Fewer users above would be less biased but
noisier, and could not be told apart from none. An edge is as bad as the number of users who would have to come or go
to make it the right one, so its badness, too, changes by at most one.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-settings.html; Amin, Kulesza, Munoz, Vassilvitskii
2019 ("Bounding user contributions") for the trade between bias and noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simulator.privacy.budget import Aggregation, sqrt_up
from simulator.privacy.mechanisms.exponential import choose_exponential
from simulator.privacy.rng import RandomSource

USERS_ABOVE = 6
"""How many noise scales of users an estimate means to leave above itself, at most."""

_HANDICAP = Fraction(1, 8)  # for each step away from zero, so that candidates beyond all users fade out
_FINE = 16  # edges are all integers up to here, then grow by an eighth
_LARGEST = 2**52


def _magnitudes() -> list[int]:
    edges = list(range(1, _FINE + 1))
    while edges[-1] < _LARGEST:
        edges.append(min(edges[-1] + edges[-1] // 8, _LARGEST))
    return edges


CONTRIBUTION_EDGES: NDArray[np.int64] = np.array(_magnitudes(), np.int64)
"""Candidates for the contribution limit in rows, increasing: 1, 2, ..., 16, 18, 20, ..., 2**52."""

VALUE_EDGES: NDArray[np.int64] = np.concatenate([-CONTRIBUTION_EDGES[::-1], [0], CONTRIBUTION_EDGES])
"""Candidates for value bounds in grid steps, increasing and symmetric around zero."""


@dataclass(frozen=True, slots=True)
class SensitivityParameters:
    """What a query's result says about one of its aggregate functions; the API's DifferentialPrivacyParameters.

    Attributes:
        aggregation: The aggregate function.
        expression: The SQL expression inside the function, or the function as written.
        user_contribution_limit: Most rows that one user contributes to the query; 1 when users are counted.
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


def contribution_histogram(rows: NDArray[np.int64], users: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count users by how many rows they have.

    Args:
        rows: Shape (n,): numbers of rows, >= 1.
        users: Shape (n,): how many users have that many; >= 0.

    Returns:
        Array of shape (len(CONTRIBUTION_EDGES),): in bin i the users with more than edge i - 1 and up to edge i rows.
    """
    return _histogram(np.searchsorted(CONTRIBUTION_EDGES, rows), users, CONTRIBUTION_EDGES.size)


def highest_histogram(values: NDArray[np.int64], users: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count users by their highest value: each user once.

    Args:
        values: Shape (n,): highest values, in grid steps.
        users: Shape (n,): how many users have that highest value; >= 0.

    Returns:
        Array of shape (len(VALUE_EDGES),): in bin i the users above edge i - 1 and up to edge i.
    """
    return _histogram(np.searchsorted(VALUE_EDGES, values), users, VALUE_EDGES.size)


def lowest_histogram(values: NDArray[np.int64], users: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count users by their lowest value: each user once.

    Args:
        values: Shape (n,): lowest values, in grid steps.
        users: Shape (n,): how many users have that lowest value; >= 0.

    Returns:
        Array of shape (len(VALUE_EDGES),): in bin i the users from edge i up to below edge i + 1.
    """
    return _histogram(np.searchsorted(VALUE_EDGES, values, side="right") - 1, users, VALUE_EDGES.size)


def estimate_contribution_limit(
    rows_per_user_histogram: NDArray[np.int64], scale: Fraction, source: RandomSource
) -> int:
    """Estimate a good limit of rows a user; rho-zCDP with rho = 1 / (2 scale**2), one unit at scale n / z.

    Args:
        rows_per_user_histogram: Shape (len(CONTRIBUTION_EDGES),), see `contribution_histogram`: each user with
            a row in the query counted once, so the sensitivity is 1.
        scale: Noise in users: `BudgetModel.noise_scale`.
        source: Where the bits come from.

    Returns:
        One of `CONTRIBUTION_EDGES`.

    Raises:
        ValueError: The histogram has another shape, or *scale* is out of range.
    """
    return _estimate_upper(rows_per_user_histogram, CONTRIBUTION_EDGES, scale, source)


def estimate_bounds(
    lowest: NDArray[np.int64], highest: NDArray[np.int64], scale: Fraction, source: RandomSource
) -> tuple[int, int]:
    """Estimate good bounds of a user's values; rho-zCDP with rho = 1 / (2 scale**2), one unit at scale n / z.

    Two choices, each with half of rho, so with sqrt(2) times the scale. The values of one user, however many, enter
    only as the user's lowest and highest one; sensitivity is 1 for each histogram.

    Args:
        lowest: Shape (len(VALUE_EDGES),), see `lowest_histogram`: each user with a value counted once.
        highest: Shape (len(VALUE_EDGES),), see `highest_histogram`: each user with a value counted once.
        scale: Noise in users: `BudgetModel.noise_scale`.
        source: Where the bits come from.

    Returns:
        Lower and upper bound in grid steps, two of `VALUE_EDGES`, lower <= upper.

    Raises:
        ValueError: A histogram has another shape, or *scale* is out of range.
    """
    half = scale * sqrt_up(Fraction(2))
    upper = _estimate_upper(highest, VALUE_EDGES, half, source)
    lower = -_estimate_upper(lowest[::-1], VALUE_EDGES, half, source)
    # With too few users the two may cross; sorting looks at released numbers only and costs nothing.
    return min(lower, upper), max(lower, upper)


def _histogram(bins: NDArray[np.intp], users: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    counts = np.zeros(size, np.int64)
    np.add.at(counts, np.clip(bins, 0, size - 1), users)
    return counts


def _estimate_upper(
    histogram: NDArray[np.int64], edges: NDArray[np.int64], scale: Fraction, source: RandomSource
) -> int:
    if histogram.shape != edges.shape:
        raise ValueError(f"the histogram has shape {histogram.shape}; allowed is {edges.shape}, one bin an edge")
    wanted = round(USERS_ABOVE * scale)
    above = [int(histogram.sum()), *(histogram.sum() - np.cumsum(histogram)).tolist()]
    # Right is the edge with at most the wanted number above it while the edge before has at least that many.
    penalties = [max(here - wanted, wanted - before, 0) for before, here in pairwise(above)]
    steps_from_zero = np.abs(np.arange(edges.size) - np.argmin(np.abs(edges)))
    handicaps = [step * _HANDICAP for step in steps_from_zero.tolist()]
    return int(edges[choose_exponential(penalties, handicaps, scale, source)])
