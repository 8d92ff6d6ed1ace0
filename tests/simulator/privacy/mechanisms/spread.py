"""How widely each mechanism's noise is spread by theory, to compare draws with."""

from __future__ import annotations

import math

import numpy as np

from simulator.privacy.mechanisms import DiscreteGaussian, DiscreteLaplace, Mechanism, TruncatedGaussian

WIDE = 1000
"""From this scale on the discrete Gaussian's deviation is its scale, to double precision."""


def standard_deviation(mechanism: Mechanism) -> float:
    """Return the standard deviation of the noise, in grid steps."""
    match mechanism:
        case DiscreteLaplace():
            return math.sqrt(2 * math.exp(-1 / mechanism.scale)) / -math.expm1(-1 / mechanism.scale)
        case TruncatedGaussian():
            return _of_weights(float(mechanism.sigma), mechanism.reach)
        case DiscreteGaussian():
            sigma = float(mechanism.sigma)
            return sigma if sigma > WIDE else _of_weights(sigma, math.ceil(40 * sigma))
        case _:
            raise AssertionError(mechanism)


def _of_weights(sigma: float, reach: int) -> float:
    values = np.arange(1, reach + 1, dtype=np.float64)
    weights = np.exp(-((values / sigma) ** 2) / 2)
    return math.sqrt(2 * float(values**2 @ weights) / (1 + 2 * float(weights.sum())))
