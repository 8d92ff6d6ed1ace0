"""Bounds of one aggregate in one group, on a grid: what is summed, how far one unit moves it, and the noise it gets."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from simulator.execution.views.noisy_query import NoisyFunction
from simulator.privacy.laplace_release import LaplaceRelease

_STEPS = 2**52
"""Steps up to the larger bound: a double holds each of them."""
MOST_WHOLE = 2**100
"""Largest magnitude of a whole number that one unit adds; sums of it fit HUGEINT."""
_SMALLEST_STEP = Fraction(1, 2**1022)
_LARGEST_DOUBLE = Fraction(sys.float_info.max)


@dataclass(frozen=True, slots=True)
class ValueBounds:
    """Lower and upper bound of what one unit adds to a group.

    Attributes:
        low: The lower bound.
        high: The upper bound; >= low.
        is_whole: Whether values are whole numbers: a step is then 1.
    """

    low: Fraction
    high: Fraction
    is_whole: bool

    @property
    def step(self) -> Fraction:
        """What one step is worth; a power of two."""
        largest = max(abs(self.low), abs(self.high))
        if self.is_whole or largest == 0:
            return Fraction(1)
        exponent = largest.numerator.bit_length() - largest.denominator.bit_length() + 1
        return max(_SMALLEST_STEP, Fraction(2) ** exponent / _STEPS)

    @property
    def steps(self) -> tuple[int, int]:
        """The bounds in steps, rounded outwards: however the engine rounds a clamped value, it stays within them."""
        low, high = floor(self.low / self.step), ceil(self.high / self.step)
        if self.is_whole:
            low, high = (max(-MOST_WHOLE, min(bound, MOST_WHOLE)) for bound in (low, high))
        return low, high

    @property
    def middle(self) -> int:
        """The step in the middle, by which AVG is centred."""
        return sum(self.steps) // 2


def releases_of(
    function: NoisyFunction, bounds: ValueBounds, groups: int, epsilon: Fraction
) -> tuple[LaplaceRelease, ...]:
    """Return the noise of the sum, in steps, and of AVG also that of the number of units.

    Args:
        function: COUNT, SUM or AVG.
        bounds: Bounds of what one unit adds to a group.
        groups: Most groups that one unit counts in.
        epsilon: What all releases together cost.
    """
    low, high = bounds.steps
    if function is NoisyFunction.AVG:
        reach = max(high - bounds.middle, bounds.middle - low)
        half = epsilon / 2
        return LaplaceRelease(Fraction(groups * reach), half), LaplaceRelease(Fraction(groups), half)
    return (LaplaceRelease(Fraction(groups * max(abs(low), abs(high))), epsilon),)


def relaxed(function: NoisyFunction, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Return found bounds as they are used: of COUNT and SUM the same on both sides of zero, and never both 0.

    Source: google/differential-privacy, cc/algorithms/bounded-sum.h.
    """
    if function is NoisyFunction.AVG:
        return low, high
    largest = max(abs(low), abs(high)) or Fraction(1)
    return -largest, largest


def as_double(number: Fraction) -> float:
    """Return *number* as a double; beyond the largest double, that one."""
    return float(max(-_LARGEST_DOUBLE, min(_LARGEST_DOUBLE, number)))
