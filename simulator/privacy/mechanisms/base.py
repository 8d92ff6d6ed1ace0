"""The interface of every mechanism: integer noise, its privacy loss, and its width."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.privacy.rng import RandomSource

SMALLEST_SCALE = Fraction(1, 2**20)
"""Below this the noise is practically always zero and protects nothing."""

LARGEST_SCALE = Fraction(2**40)
"""Above this, noise that is still plausible comes near the end of 64-bit integers."""

_CHUNK = 2**15


class Mechanism(Protocol):
    """Noise for integers (counts, or values on a fixed-point grid), symmetric around zero.

    The unit of everything below is one grid step. Mechanisms are frozen dataclasses; the constructor checks the scale.
    """

    def sample(self, shape: tuple[int, ...], source: RandomSource) -> NDArray[np.int64]:
        """Draw independent noise of the given shape."""
        ...

    def rho(self, sensitivity: Fraction) -> Fraction:
        """Return the zero-concentrated privacy loss of one release of values with this sensitivity."""
        ...

    def tail(self, value: int) -> float:
        """Return P(noise >= value)."""
        ...

    def interval(self, probability: float = 0.95) -> int:
        """Return the smallest half-width w, in grid steps, with P(abs(noise) <= w) >= probability."""
        ...


def check_scale(name: str, scale: Fraction) -> None:
    """Refuse a noise scale outside the range that the samplers handle exactly.

    Raises:
        ValueError: *scale* is outside 2**-20 to 2**40 grid steps.
    """
    if not SMALLEST_SCALE <= scale <= LARGEST_SCALE:
        raise ValueError(
            f"{name} must be 2**-20 to 2**40 grid steps; found {float(scale):.6g}: choose a coarser or finer grid"
        )


def check_sensitivity(sensitivity: Fraction) -> None:
    """Refuse a negative sensitivity.

    Raises:
        ValueError: *sensitivity* is negative.
    """
    if sensitivity < 0:
        raise ValueError(f"sensitivity must be >= 0; found {sensitivity}")


def collect(shape: tuple[int, ...], acceptance: float, draw: Callable[[int], NDArray[np.int64]]) -> NDArray[np.int64]:
    """Fill an array with the accepted draws of a rejection sampler.

    Args:
        shape: Shape of the result; () gives one draw.
        acceptance: A lower bound of the share of attempts that are accepted, in (0, 1].
        draw: Makes that many attempts and returns the accepted ones, one-dimensional, independent and in order.
    """
    size = prod(shape)
    result = np.empty(size, np.int64)
    filled = 0
    while filled < size:
        # Chunks that fit the processor's cache; a little more than needed, so that a second round is rare.
        attempts = min(int((size - filled) / acceptance * 1.05) + 16, _CHUNK)
        accepted = draw(attempts)[: size - filled]
        result[filled : filled + accepted.size] = accepted
        filled += accepted.size
    return result.reshape(shape)


@lru_cache(maxsize=4096)
def smallest_interval(mechanism: Mechanism, probability: float) -> int:
    """Return the smallest w with P(abs(noise) <= w) >= probability; cached, because results have many groups.

    Args:
        mechanism: Noise symmetric around zero.
        probability: In (0, 1).

    Raises:
        ValueError: *probability* is outside (0, 1).
    """
    if not 0 < probability < 1:
        raise ValueError(f"probability must be between 0 and 1, both excluded; found {probability}")
    outside = (1 - probability) / 2
    too_small, enough = -1, 0
    while mechanism.tail(enough + 1) > outside:
        too_small, enough = enough, 2 * enough + 1
    while enough - too_small > 1:
        middle = (too_small + enough) // 2
        too_small, enough = (middle, enough) if mechanism.tail(middle + 1) > outside else (too_small, middle)
    return enough
