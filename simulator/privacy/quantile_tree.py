"""Quantiles from a tree of noisy counts: the range between the bounds is divided into sixteenths, four times over.

Each value counts in one node of every level. A search goes down from the root, and only counts on its path get noise.

Source: google/differential-privacy, cc/algorithms/quantile-tree.h.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from simulator.privacy.laplace_release import LaplaceRelease
from simulator.privacy.rng import RandomSource

HEIGHT = 4
"""Levels below the root."""
BRANCHING = 16
"""Children of a node."""
LEAVES: int = BRANCHING**HEIGHT
"""Leaves, numbered from the lower bound."""
MOST_VALUES = 5
"""Values of one unit in one group that are counted."""

_EMPTY_SHARE = 0.005
"""A child with less than this share of its parent's count is considered empty; ranks are kept this far from 0 and 1."""
_TOLERANCE = 1e-6


def tree_sensitivity(groups: int) -> Fraction:
    """Return the L1 sensitivity of all counts of all trees to one unit.

    Args:
        groups: Maximum number of groups in which one unit counts.
    """
    return Fraction(HEIGHT * MOST_VALUES * groups)


def noisy_quantile(
    leaves: Mapping[int, int],
    rank: float,
    bounds: tuple[float, float],
    release: LaplaceRelease,
    source: RandomSource,
) -> float:
    """Return a noisy quantile.

    Args:
        leaves: Leaf to its number of values.
        rank: Which quantile, 0 to 1.
        bounds: Lower and upper bound of the values.
        release: Noise of a count, of `tree_sensitivity`.
        source: Where the noise comes from.

    Returns:
        A number between the bounds.
    """
    places = np.fromiter(leaves.keys(), np.int64, len(leaves))
    counts = np.fromiter(leaves.values(), np.int64, len(leaves))
    first, width, wanted = 0, LEAVES, min(max(rank, _EMPTY_SHARE), 1 - _EMPTY_SHARE)
    while width > 1:
        width //= BRANCHING
        noisy = _noisy_children(places, counts, first, width, release, source)
        if not noisy.any():
            width *= BRANCHING
            break
        child, wanted = _chosen(noisy / noisy.sum(), wanted)
        first += child * width
    lower, upper = (_edge(bounds, place) for place in (first, first + width))
    return (1 - wanted) * lower + wanted * upper


def _noisy_children(
    places: NDArray[np.int64],
    counts: NDArray[np.int64],
    first: int,
    width: int,
    release: LaplaceRelease,
    source: RandomSource,
) -> NDArray[np.float64]:
    """Return the noisy counts of the children of the node that starts at leaf *first*; 0 if considered empty."""
    child = (places - first) // width
    inside = (child >= 0) & (child < BRANCHING)
    exact = np.bincount(child[inside], counts[inside], BRANCHING)
    noise = release.mechanism.sample((BRANCHING,), source)
    noisy: NDArray[np.float64] = np.maximum(exact + noise * float(release.grid), 0)
    noisy[noisy < _EMPTY_SHARE * noisy.sum()] = 0
    return noisy


def _chosen(shares: NDArray[np.float64], wanted: float) -> tuple[int, float]:
    """Return the child that holds the quantile, and the rank of the quantile within that child."""
    reached = np.cumsum(shares)
    child = int(np.argmax((reached >= wanted - _TOLERANCE) & (shares > 0)))
    inside = (wanted - (float(reached[child]) - float(shares[child]))) / float(shares[child])
    return child, min(max(inside, 0.0), 1.0)


def _edge(bounds: tuple[float, float], place: int) -> float:
    share = place / LEAVES
    return bounds[0] * (1 - share) + bounds[1] * share
