"""Discrete Laplace noise: pure differential privacy on integers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from simulator.privacy.bernoulli import count_heads_exp, flip_exp
from simulator.privacy.mechanisms.base import check_scale, check_sensitivity, collect, smallest_interval
from simulator.privacy.rng import RandomSource

_ACCEPTANCE = 0.5  # reached at tiny scales, where every other draw is a zero with a minus


def sample_discrete_laplace(scale: Fraction, shape: tuple[int, ...], source: RandomSource) -> NDArray[np.int64]:
    """Draw noise with P(k) proportional to exp(-|k| / scale), k an integer; exact.

    Args:
        scale: Sensitivity / epsilon, in grid steps; 2**-20 to 2**40, any numerator and denominator.
        shape: Shape of the result; () gives one draw.
        source: Where the bits come from.

    Raises:
        ValueError: *scale* is out of range.

    Source: Canonne, Kamath, Steinke 2020, Algorithm 2, with the block length floor(scale) for any rational scale.
    """
    check_scale("scale", scale)
    return collect(shape, _ACCEPTANCE, lambda count: attempt_discrete_laplace(scale, count, source))


def attempt_discrete_laplace(scale: Fraction, count: int, source: RandomSource) -> NDArray[np.int64]:
    """Make *count* attempts at discrete Laplace noise and return the accepted ones, in order.

    The magnitude m is geometric: P(m) proportional to exp(-m / scale). With blocks of b = floor(scale) values (at least
    one), m = b * v + r splits into independent parts: P(v) is proportional to exp(-v b / scale), and P(r) to
    exp(-r / scale) on 0 <= r < b, which a uniform r reaches by keeping it with that probability. Then a fair sign; zero
    with a minus is dropped, because it would be counted twice.

    Args:
        scale: As for `sample_discrete_laplace`, already checked.
        count: Number of attempts, >= 0.
        source: Where the bits come from.

    Returns:
        One-dimensional array of at most *count* independent draws.
    """
    block = max(1, int(scale))
    drawn = source.integers(2 * block, count)
    remainders = drawn >> 1
    exponents = np.multiply(remainders, float(1 / scale), dtype=np.float64)
    kept = flip_exp(exponents, lambda index: int(remainders[index]) / scale, source)
    drawn, remainders = drawn[kept], remainders[kept]
    # 64 bits suffice: more than 2**21 heads in a row do not happen.
    magnitudes = remainders + block * count_heads_exp(block / scale, remainders.size, source)
    signs = 1 - 2 * (drawn & 1)
    noise: NDArray[np.int64] = (signs * magnitudes)[(magnitudes != 0) | (signs > 0)]
    return noise


@dataclass(frozen=True, slots=True)
class DiscreteLaplace:
    """Discrete Laplace noise of one scale.

    Attributes:
        scale: Sensitivity / epsilon, in grid steps; 2**-20 to 2**40.

    Raises:
        ValueError: *scale* is out of range.
    """

    scale: Fraction

    def __post_init__(self) -> None:
        check_scale("scale", self.scale)

    def sample(self, shape: tuple[int, ...], source: RandomSource) -> NDArray[np.int64]:
        """Draw independent noise of the given shape; see `sample_discrete_laplace`."""
        return sample_discrete_laplace(self.scale, shape, source)

    def epsilon(self, sensitivity: Fraction) -> Fraction:
        """Return the pure privacy loss of one release.

        Args:
            sensitivity: L1 sensitivity: the most by which one user changes the sum of absolute values, in grid steps.

        Raises:
            ValueError: *sensitivity* is negative.
        """
        check_sensitivity(sensitivity)
        return sensitivity / self.scale

    def rho(self, sensitivity: Fraction) -> Fraction:
        """Return the zero-concentrated privacy loss of one release, epsilon**2 / 2.

        Args:
            sensitivity: L1 sensitivity, in grid steps.

        Raises:
            ValueError: *sensitivity* is negative.

        Source: Bun, Steinke 2016 (arXiv 1605.02065), Proposition 1.4.
        """
        return self.epsilon(sensitivity) ** 2 / 2

    def tail(self, value: int) -> float:
        """Return P(noise >= value), to double precision."""
        if value <= 0:
            return 1 - self.tail(1 - value)
        ratio = math.exp(-1 / self.scale)
        return math.exp(-value / self.scale) / (1 + ratio)

    def interval(self, probability: float = 0.95) -> int:
        """Return the smallest half-width w, in grid steps, with P(abs(noise) <= w) >= probability.

        Raises:
            ValueError: *probability* is not between 0 and 1.
        """
        return smallest_interval(self, probability)
