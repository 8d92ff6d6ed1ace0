"""Bounds of one aggregate in one group, on a grid, and the noise that follows from them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from simulator.execution.views.noisy_query import NoisyFunction
from simulator.privacy.laplace_release import LaplaceRelease

_STEPS = 2**52
"""Number of steps up to the larger bound, small enough for a double to hold each of them exactly."""
MOST_WHOLE = 2**100
"""Largest magnitude of a whole number that one unit adds, so that sums fit HUGEINT."""
_SMALLEST_STEP = Fraction(1, 2**1022)
_LARGEST_DOUBLE = Fraction(sys.float_info.max)


@dataclass(frozen=True, slots=True)
class ValueBounds:
    """Lower and upper bound on what one unit adds to a group.

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
        """The bounds in steps, rounded outwards, so that a clamped value stays within them however it is rounded."""
        low, high = floor(self.low / self.step), ceil(self.high / self.step)
        if self.is_whole:
            low, high = (max(-MOST_WHOLE, min(bound, MOST_WHOLE)) for bound in (low, high))
        return low, high

    @property
    def middle(self) -> int:
        """The middle of the bounds, in steps, which AVG subtracts from values before it sums."""
        return sum(self.steps) // 2


def releases_of(
    function: NoisyFunction, bounds: ValueBounds, groups: int, epsilon: Fraction
) -> tuple[LaplaceRelease, ...]:
    """Return the noise of the sum, in steps; for AVG, also that of the number of units.

    Args:
        function: COUNT, SUM or AVG.
        bounds: Bounds of what one unit adds to a group.
        groups: Maximum number of groups in which one unit counts.
        epsilon: The total ε of all returned releases.
    """
    low, high = bounds.steps
    if function is NoisyFunction.AVG:
        reach = max(high - bounds.middle, bounds.middle - low)
        half = epsilon / 2
        return LaplaceRelease(Fraction(groups * reach), half), LaplaceRelease(Fraction(groups), half)
    return (LaplaceRelease(Fraction(groups * max(abs(low), abs(high))), epsilon),)


def relaxed(function: NoisyFunction, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Return estimated bounds in the form in which they are used: for COUNT and SUM symmetric, and never both 0.

    Source: google/differential-privacy, cc/algorithms/bounded-sum.h.
    """
    if function is NoisyFunction.AVG:
        return low, high
    largest = max(abs(low), abs(high)) or Fraction(1)
    return -largest, largest


def as_double(number: Fraction) -> float:
    """Return *number* as a double, limited to the range of finite doubles."""
    return float(max(-_LARGEST_DOUBLE, min(_LARGEST_DOUBLE, number)))
