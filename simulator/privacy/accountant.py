"""Privacy accounting: composes the losses of releases, and converts them to (epsilon, delta).

Losses are kept as rho, zero-concentrated differential privacy (zCDP): with one user more or less, the Renyi divergence
of order a between the two distributions of the release is at most rho * a, for every a > 1. Losses of several releases
add up, even when a later query depends on earlier answers. A loss is converted to (epsilon, delta) once, at the end.

Sources: Bun, Steinke 2016 (arXiv 1605.02065); Canonne, Kamath, Steinke 2020 (arXiv 2004.00010); Balle, Wang 2018 (arXiv
1805.06530).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

_GOLDEN = (math.sqrt(5) - 1) / 2
_PRECISION = 1e-9  # of the logarithm of the best order; deltas are flat there
_FAR_LEFT = -25  # below this the normal distribution function is taken from its asymptotic series


class Conversion(StrEnum):
    """A way from rho to (epsilon, delta). The first three hold for everything that is rho-zCDP."""

    BUN_STEINKE_PROPOSITION_1_3 = "bun_steinke_proposition_1_3"
    """epsilon = rho + 2 sqrt(rho ln(1 / delta)); the simplest, and the loosest."""
    BUN_STEINKE_LEMMA_3_6 = "bun_steinke_lemma_3_6"
    """The sharper closed form that reproduces the published numbers of AWS Clean Rooms."""
    CANONNE_KAMATH_STEINKE = "canonne_kamath_steinke"
    """Corollary 13, minimised over real orders: use this to state the actual guarantee."""
    EXACT_GAUSSIAN = "exact_gaussian"
    """Balle and Wang, Theorem 8: exact for continuous Gaussian noise alone, an approximation for discrete noise."""


@dataclass(frozen=True, slots=True)
class PrivacyLoss:
    """The loss of one or several releases: delta-approximate rho-zCDP.

    Attributes:
        rho: The concentrated part, >= 0.
        delta: Probability, in [0, 1), with which the concentrated part does not hold: 0 for noise, more for group
            thresholds.

    Raises:
        ValueError: *rho* or *delta* is out of range.
    """

    rho: Fraction = Fraction(0)
    delta: float = 0.0

    def __post_init__(self) -> None:
        if self.rho < 0 or not 0 <= self.delta < 1:
            raise ValueError(f"rho must be >= 0 and delta from 0 to below 1; found {self.rho} and {self.delta}")

    def epsilon(self, delta: float, conversion: Conversion = Conversion.CANONNE_KAMATH_STEINKE) -> float:
        """Return an epsilon for which (epsilon, delta)-differential privacy holds.

        Args:
            delta: The delta to reach in total; above `delta` of the loss, below 1.
            conversion: How to translate.

        Raises:
            ValueError: *delta* is not above the delta already spent, or not below 1.

        Source: Bun, Steinke 2016, section 8: the total is delta' + (1 - delta') * delta, with delta' the loss's own.
        """
        if not self.delta < delta < 1:
            raise ValueError(f"delta must be above {self.delta}, already spent, and below 1; found {delta}")
        return epsilon_of_rho(self.rho, (delta - self.delta) / (1 - self.delta), conversion)


def compose(losses: Iterable[PrivacyLoss]) -> PrivacyLoss:
    """Add up the losses of successive releases, each of which may depend on the answers before it.

    Source: Bun, Steinke 2016, Lemma 1.7 and section 8; the sum of the deltas is an upper bound on the exact rule.
    """
    rho, delta = Fraction(0), 0.0
    for loss in losses:
        rho += loss.rho
        delta += loss.delta
    return PrivacyLoss(rho, min(delta, math.nextafter(1, 0)))


def delta_of_rho(
    rho: float | Fraction, epsilon: float, conversion: Conversion = Conversion.CANONNE_KAMATH_STEINKE
) -> float:
    """Return a delta for which a loss of *rho* is (epsilon, delta)-differentially private.

    Args:
        rho: Loss, >= 0.
        epsilon: >= 0; where it is not above rho, the answer is 1 for the conversions that need more.
        conversion: How to translate.

    Raises:
        ValueError: *rho* or *epsilon* is negative or not finite.
    """
    _check(rho=float(rho), epsilon=epsilon)
    if rho == 0:
        return 0.0
    return math.exp(min(_LOG_DELTAS[conversion](float(rho), epsilon), 0.0))


@lru_cache(maxsize=1024)
def epsilon_of_rho(
    rho: float | Fraction, delta: float, conversion: Conversion = Conversion.CANONNE_KAMATH_STEINKE
) -> float:
    """Return the smallest epsilon, rounded up, for which a loss of *rho* is (epsilon, delta)-differentially private.

    Args:
        rho: Loss, >= 0.
        delta: In (0, 1).
        conversion: How to translate.

    Raises:
        ValueError: *rho* is negative or not finite, or *delta* is outside (0, 1).
    """
    _check(rho=float(rho))
    _check_delta(delta)
    if delta_of_rho(rho, 0.0, conversion) <= delta:
        return 0.0
    # The simplest conversion bounds all others from above.
    upper = float(rho) + 2 * math.sqrt(float(rho) * math.log(1 / delta))
    return _bisect(lambda epsilon: delta_of_rho(rho, epsilon, conversion) <= delta, 0.0, upper * (1 + 1e-12))[1]


@lru_cache(maxsize=1024)
def rho_of_epsilon(epsilon: float, delta: float, conversion: Conversion) -> float:
    """Return the largest rho, rounded down, whose loss is (epsilon, delta)-differentially private.

    Args:
        epsilon: > 0.
        delta: In (0, 1).
        conversion: How to translate.

    Raises:
        ValueError: *epsilon* is not positive and finite, or *delta* is outside (0, 1).
    """
    _check(epsilon=epsilon)
    _check_delta(delta)
    if epsilon == 0:
        raise ValueError("epsilon must be above 0; found 0")
    upper = epsilon
    while conversion is Conversion.EXACT_GAUSSIAN and delta_of_rho(upper, epsilon, conversion) <= delta:
        upper *= 2  # the only conversion that allows rho above epsilon
    return _bisect(lambda rho: delta_of_rho(rho, epsilon, conversion) > delta, 0.0, upper)[0]


def _bisect(is_beyond: Callable[[float], bool], low: float, high: float) -> tuple[float, float]:
    """Return neighbouring numbers around the point where *is_beyond* turns from false at *low* to true at *high*."""
    while high - low > 1e-15 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if is_beyond(middle) else (middle, high)
    return low, high


def _log_delta_proposition_1_3(rho: float, epsilon: float) -> float:
    return -((epsilon - rho) ** 2) / (4 * rho) if epsilon > rho else 0.0


def _log_delta_lemma_3_6(rho: float, epsilon: float) -> float:
    if epsilon <= rho:
        return 0.0
    order = 1 + (epsilon - rho) / (2 * rho)
    factor = min(
        1.0,
        math.sqrt(math.pi * rho),
        1 / order,
        2 / (order + math.sqrt(order**2 + 4 / (math.pi * rho))),
    )
    return -((epsilon - rho) ** 2) / (4 * rho) + math.log(factor)


def _log_delta_canonne_kamath_steinke(rho: float, epsilon: float) -> float:
    """Minimise over the order a = 1 + exp(t) by golden-section search; any order gives a valid delta."""

    def log_delta(t: float) -> float:
        excess = math.exp(t)
        order = 1 + excess
        return excess * (order * rho - epsilon) - t + order * math.log(excess / order)

    # The best order is below that of Proposition 1.3 plus one.
    low, high = -12.0, math.log(2 + max(epsilon - rho, 0.0) / rho)
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = log_delta(left), log_delta(right)
    while high - low > _PRECISION:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = log_delta(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = log_delta(right)
    return min(at_left, at_right)


def _log_delta_exact_gaussian(rho: float, epsilon: float) -> float:
    mu = math.sqrt(2 * rho)
    first = _log_normal(mu / 2 - epsilon / mu)
    second = epsilon + _log_normal(-mu / 2 - epsilon / mu)
    return first + math.log1p(-math.exp(min(second - first, -1e-16)))


def _log_normal(x: float) -> float:
    """Logarithm of the standard normal distribution function, accurate in the far left tail."""
    if x > _FAR_LEFT:
        return math.log(math.erfc(-x / math.sqrt(2)) / 2)
    series, term = 1.0, 1.0
    for k in range(1, 9):
        term *= -(2 * k - 1) / x**2
        series += term
    return -(x**2) / 2 - math.log(-x) - math.log(2 * math.pi) / 2 + math.log(series)


_LOG_DELTAS: dict[Conversion, Callable[[float, float], float]] = {
    Conversion.BUN_STEINKE_PROPOSITION_1_3: _log_delta_proposition_1_3,
    Conversion.BUN_STEINKE_LEMMA_3_6: _log_delta_lemma_3_6,
    Conversion.CANONNE_KAMATH_STEINKE: _log_delta_canonne_kamath_steinke,
    Conversion.EXACT_GAUSSIAN: _log_delta_exact_gaussian,
}


def _check(**values: float) -> None:
    for name, value in values.items():
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"{name} must be finite and >= 0; found {value}")


def _check_delta(delta: float) -> None:
    if not 0 < delta < 1:
        raise ValueError(f"delta must be between 0 and 1, both excluded; found {delta}")
