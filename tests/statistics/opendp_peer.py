"""The same aggregates by OpenDP, at the same budget: its own clamping, sums, sensitivities and noise.

OpenDP finds each noise scale itself, from its own stability maps, for a loss rho and users of at most `limit` rows.
Rows are handed over bounded: OpenDP drops rows beyond a limit in its Polars API alone, which pins Polars 1.36 and
cannot sample (`keep="sample"` fails in 0.16), so that the framework API is told the limit as the distance of
neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import opendp.prelude as dp
from numpy.typing import NDArray

dp.enable_features("contrib")

_LARGEST_SCALE = 1e15

_SPACE = dp.vector_domain(dp.atom_domain(T=dp.i64)), dp.symmetric_distance()
_NOISE_SPACE = dp.vector_domain(dp.atom_domain(T=dp.i64)), dp.l2_distance(T=float)


@dataclass(frozen=True)
class Release:
    """One number by OpenDP.

    Attributes:
        exact: What it is without noise.
        scale: The noise scale that OpenDP found.
        once: The whole chain, from rows to noisy number.
    """

    exact: int
    scale: float
    once: Any

    def noisy(self, times: int) -> NDArray[np.float64]:
        """Return the number with *times* independent draws of OpenDP's noise at that scale; shape (times,)."""
        return np.array(dp.m.make_gaussian(*_NOISE_SPACE, scale=self.scale)([self.exact] * times), np.float64)


def count(values: Sequence[int], limit: int, rho: Fraction) -> Release:
    """Return how many *values* there are."""
    return _release(_SPACE >> dp.t.then_count(), values, limit, rho)


def count_distinct(values: Sequence[int], limit: int, rho: Fraction) -> Release:
    """Return how many different *values* there are."""
    return _release(_SPACE >> dp.t.then_count_distinct(), values, limit, rho)


def total(values: Sequence[int], bounds: tuple[int, int], limit: int, rho: Fraction) -> Release:
    """Return the sum of *values*, each clamped to *bounds*."""
    return _release(_SPACE >> dp.t.then_clamp(bounds) >> dp.t.then_sum(), values, limit, rho)


def shown_keys(users: dict[str, int], rho: Fraction, delta: float) -> list[str]:
    """Return which groups OpenDP shows of those with that many *users*, each user being in one of them."""
    domain = dp.map_domain(dp.atom_domain(T=str), dp.atom_domain(T=dp.i64))
    space = domain, dp.l02inf_distance(dp.absolute_distance(T=dp.i64))
    scale, one_user = math.sqrt(1 / (2 * rho)), (1, 1, 1)
    threshold = dp.binary_search(
        lambda least: dp.m.make_gaussian_threshold(*space, scale=scale, threshold=least).map(one_user)[1] <= delta,
        bounds=(2, 10_000),
    )
    return list(dp.m.make_gaussian_threshold(*space, scale=scale, threshold=threshold)(users))


def _release(aggregate: Any, values: Sequence[int], limit: int, rho: Fraction) -> Release:  # noqa: ANN401 - OpenDP is untyped
    scale = dp.binary_search_param(
        lambda scale: aggregate >> dp.m.then_gaussian(scale), d_in=limit, d_out=float(rho), bounds=(0.0, _LARGEST_SCALE)
    )
    chain = aggregate >> dp.m.then_gaussian(scale)
    assert chain.map(limit) <= float(rho)
    rows = list(values)
    return Release(int(aggregate(rows)), scale, lambda: chain(rows))
