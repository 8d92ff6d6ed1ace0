"""Discrete Gaussian noise: concentrated differential privacy on integers, the kind that AWS Clean Rooms adds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from simulator.privacy.bernoulli import flip_exp
from simulator.privacy.mechanisms.base import check_scale, check_sensitivity, collect, smallest_interval
from simulator.privacy.mechanisms.discrete_laplace import attempt_discrete_laplace
from simulator.privacy.rng import RandomSource

_ACCEPTANCE = 0.30  # the Laplace attempt's share times the worst share of those that the second coin keeps
_SUMMED_DIRECTLY = 256  # up to this sigma a tail is added up term by term
_REACH = 40  # standard deviations; what lies beyond is below the smallest double


def sample_discrete_gaussian(sigma: Fraction, shape: tuple[int, ...], source: RandomSource) -> NDArray[np.int64]:
    """Draw noise with P(k) proportional to exp(-k**2 / (2 sigma**2)), k an integer; exact.

    A discrete Laplace draw y of scale t = floor(sigma) + 1 is kept with probability
    exp(-(|y| - sigma**2 / t)**2 / (2 sigma**2)): the product of the two is the wanted weight up to a constant.

    Args:
        sigma: Scale (for sigma >= 1 practically the standard deviation), in grid steps; 2**-20 to 2**40, any numerator
            and denominator.
        shape: Shape of the result; () gives one draw.
        source: Where the bits come from.

    Raises:
        ValueError: *sigma* is out of range.

    Source: Canonne, Kamath, Steinke 2020, Algorithm 3.
    """
    check_scale("sigma", sigma)
    width = Fraction(int(sigma) + 1)
    centre, slope = sigma**2 / width, 1 / (math.sqrt(2) * float(sigma))

    def attempt(count: int) -> NDArray[np.int64]:
        drawn = attempt_discrete_laplace(width, count, source)

        def exact(index: int) -> Fraction:
            return (abs(int(drawn[index])) - centre) ** 2 / (2 * sigma**2)

        # The square of s = (|y| - centre) / sigma has an error below 2**-48 s (s + 2); times exp(-s**2 / 2) that is
        # below 2**-45, far less than flip_exp requires.
        exponents = ((np.abs(drawn) - float(centre)) * slope) ** 2
        return drawn[flip_exp(exponents, exact, source)]

    return collect(shape, _ACCEPTANCE, attempt)


@dataclass(frozen=True, slots=True)
class DiscreteGaussian:
    """Discrete Gaussian noise of one scale.

    Attributes:
        sigma: Scale in grid steps; 2**-20 to 2**40.

    Raises:
        ValueError: *sigma* is out of range.
    """

    sigma: Fraction

    def __post_init__(self) -> None:
        check_scale("sigma", self.sigma)

    def sample(self, shape: tuple[int, ...], source: RandomSource) -> NDArray[np.int64]:
        """Draw independent noise of the given shape; see `sample_discrete_gaussian`."""
        return sample_discrete_gaussian(self.sigma, shape, source)

    def rho(self, sensitivity: Fraction) -> Fraction:
        """Return the zero-concentrated privacy loss of one release, sensitivity**2 / (2 sigma**2).

        Args:
            sensitivity: L2 sensitivity: the most by which one user moves the vector of all released values, in grid
                steps. The vector may have any length; its entries must be integers before noise.

        Raises:
            ValueError: *sensitivity* is negative.

        Source: Canonne, Kamath, Steinke 2020, Theorems 4 and 14.
        """
        check_sensitivity(sensitivity)
        return sensitivity**2 / (2 * self.sigma**2)

    def tail(self, value: int) -> float:
        """Return P(noise >= value), with a relative error below 1e-9."""
        if value <= 0:
            return 1 - self.tail(1 - value)
        sigma = float(self.sigma)
        if sigma <= _SUMMED_DIRECTLY:
            last = value + math.ceil(_REACH * sigma)
            return summed_weights(sigma, value, last) / _total(sigma)
        return _smooth_tail(sigma, value) / _total(sigma)

    def interval(self, probability: float = 0.95) -> int:
        """Return the smallest half-width w, in grid steps, with P(abs(noise) <= w) >= probability.

        Raises:
            ValueError: *probability* is not between 0 and 1.
        """
        return smallest_interval(self, probability)


def summed_weights(sigma: float, first: int, last: int) -> float:
    """Return the sum of exp(-k**2 / (2 sigma**2)) for k from *first* to *last*, term by term."""
    values = np.arange(first, last + 1, dtype=np.float64)
    return float(np.sum(np.exp(-((values / sigma) ** 2) / 2)))


def _total(sigma: float) -> float:
    """Sum of exp(-k**2 / (2 sigma**2)) over all integers k."""
    if sigma > _SUMMED_DIRECTLY:
        return sigma * math.sqrt(2 * math.pi)  # off by a factor of 1 + 2 exp(-2 pi**2 sigma**2): Poisson summation
    return 1 + 2 * summed_weights(sigma, 1, math.ceil(_REACH * sigma))


def _smooth_tail(sigma: float, first: int) -> float:
    """Sum of exp(-k**2 / (2 sigma**2)) for k >= first, by the midpoint form of the Euler-Maclaurin formula."""
    start = first - 0.5
    ratio = start / sigma
    height = math.exp(-(ratio**2) / 2)
    integral = sigma * math.sqrt(math.pi / 2) * math.erfc(ratio / math.sqrt(2))
    slope = -ratio / sigma * height
    third_derivative = (3 * ratio - ratio**3) / sigma**3 * height
    return integral + slope / 24 - 7 * third_derivative / 5760
