"""Discrete Gaussian noise that never exceeds a reach, so that it hides groups of a single user with certainty.

Claim: for counts of which one user moves one by one, noise of scale sigma truncated to |k| <= reach is
delta-approximate rho-zCDP with rho = 1 / (2 sigma**2) and delta = P(noise = reach), if reach is at least 1.2 sigma.

Proof. Let the count be 0 or 1. Leave out the event noise = -reach of the first and noise = reach of the second: each
has the probability delta. What remains has, in both cases, the values t from 1 - reach to reach, with weights
exp(-t**2 / (2 sigma**2)) and exp(-(t - 1)**2 / (2 sigma**2)), which add up to the same S(0), since t -> 1 - t maps one
to the other. With S(s) = sum of exp(-(t + s)**2 / (2 sigma**2)) over these t, completing the square gives the Renyi
divergence of order a as

    a / (2 sigma**2) + ln(S(a - 1) / S(0)) / (a - 1),

and the same the other way round. It remains to show S(s) <= S(0) for s > 0.

For s >= reach every term of S falls with s, and S(reach), the sum of exp(-t**2 / (2 sigma**2)) over t from 1 to
2 reach, is term by term no more than S(0).

For s < reach write S as the sum F over all integers less the terms T beyond the window. F(s) <= F(0), because a sum
over a shifted lattice is largest where the lattice meets the centre (Canonne, Kamath, Steinke 2020, in the proof of
Theorem 4). It remains to show T(s) >= T(0). Pair the terms of T by u = |t - 1/2| >= reach + 1/2, and let c = s + 1/2.
A pair is 2 exp(-(u**2 + c**2) / (2 sigma**2)) cosh(c u / sigma**2). The derivative of its logarithm by c has the sign
of tanh(c u / sigma**2) - c / u, which for u > sigma is first positive, then negative on 0 < c < u: from c = 1/2 to
c = reach + 1/2 the pair is smallest at one of the ends. At the far end it is at least
exp(-(u - reach - 1/2)**2 / (2 sigma**2)), at the near end at most 2 exp(-(u - 1/2)**2 / (2 sigma**2)). The exponents
differ by reach (2 u - reach - 1) / (2 sigma**2) >= reach**2 / (2 sigma**2) >= 0.72 > ln 2, so the near end is smaller.

Source: Bun, Steinke 2016 (arXiv 1605.02065), section 8, for what delta-approximate means; the proof is ours.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simulator.privacy.mechanisms.base import check_scale, smallest_interval
from simulator.privacy.mechanisms.discrete_gaussian import sample_discrete_gaussian, summed_weights
from simulator.privacy.rng import RandomSource

LEAST_REACH = Fraction(6, 5)
"""Smallest reach, in sigma, for which the proof holds."""

LARGEST_REACH = 10**6
"""Largest reach, in users; noise of 100 users needs 250. Up to here probabilities are added up term by term."""

_ROUNDING = 1 + 1e-9  # probabilities are computed in floating point, with less error than this


@dataclass(frozen=True, slots=True)
class TruncatedGaussian:
    """Discrete Gaussian noise, redrawn whenever it exceeds a reach.

    Attributes:
        sigma: Scale before truncation, in users; >= 2**-20.
        reach: Largest magnitude of the noise, in users; 1 to 10**6, and >= 1.2 sigma.

    Raises:
        ValueError: *sigma* or *reach* is out of range.
    """

    sigma: Fraction
    reach: int

    def __post_init__(self) -> None:
        check_scale("sigma", self.sigma)
        least = max(1, math.ceil(LEAST_REACH * self.sigma))
        if not least <= self.reach <= LARGEST_REACH:
            raise ValueError(
                f"reach must be a whole number of users from {least}, 1.2 times sigma {float(self.sigma):.6g}, "
                f"to {LARGEST_REACH}; found {self.reach}"
            )

    def sample(self, shape: tuple[int, ...], source: RandomSource) -> NDArray[np.int64]:
        """Draw independent noise of the given shape: exactly the discrete Gaussian, conditioned on the reach.

        Args:
            shape: Shape of the result; () gives one draw.
            source: Where the bits come from.
        """
        drawn = sample_discrete_gaussian(self.sigma, shape, source).reshape(-1)
        # At least three in four are within 1.2 sigma.
        while (outside := np.flatnonzero(np.abs(drawn) > self.reach)).size:
            drawn[outside] = sample_discrete_gaussian(self.sigma, outside.shape, source)
        return drawn.reshape(shape)

    def rho(self, sensitivity: Fraction) -> Fraction:
        """Return the zero-concentrated loss of one release, up to `delta`: sensitivity**2 / (2 sigma**2).

        Args:
            sensitivity: By how much one user moves one count: 0 or 1, for which the proof holds.

        Raises:
            ValueError: *sensitivity* is neither.
        """
        if sensitivity not in {0, 1}:
            raise ValueError(
                f"sensitivity must be 0 or 1, as a user is counted once, in one group; found {sensitivity}"
            )
        return sensitivity**2 / (2 * self.sigma**2)

    @property
    def delta(self) -> float:
        """Probability with which the concentrated loss does not hold: that of noise equal to the reach."""
        return self.tail(self.reach)

    def tail(self, value: int) -> float:
        """Return P(noise >= value), with a relative error below 1e-9; 0 beyond the reach."""
        if value <= 0:
            return 1 - self.tail(1 - value)
        return summed_weights(float(self.sigma), value, self.reach) / self._total

    def interval(self, probability: float = 0.95) -> int:
        """Return the smallest half-width w, in users, with P(abs(noise) <= w) >= probability.

        Raises:
            ValueError: *probability* is not between 0 and 1.
        """
        return smallest_interval(self, probability)

    @property
    def _total(self) -> float:
        return 1 + 2 * summed_weights(float(self.sigma), 1, self.reach)


@lru_cache(maxsize=256)
def truncated(sigma: Fraction, delta: float) -> TruncatedGaussian:
    """Return noise of scale *sigma* with the smallest reach whose loss holds except with probability *delta*.

    Args:
        sigma: Scale in users, 2**-20 to 10**5.
        delta: In (0, 1/2).

    Raises:
        ValueError: *sigma* or *delta* is out of range.
    """
    if not 0 < delta < 1 / 2:
        raise ValueError(f"delta must be between 0 and 0.5, both excluded; found {delta}")
    least = max(1, math.ceil(LEAST_REACH * sigma))
    reaches = range(least, LARGEST_REACH + 1)
    index = bisect_left(reaches, 1, key=lambda reach: int(TruncatedGaussian(sigma, reach).delta * _ROUNDING <= delta))
    return TruncatedGaussian(sigma, reaches[index] if index < len(reaches) else LARGEST_REACH + 1)
