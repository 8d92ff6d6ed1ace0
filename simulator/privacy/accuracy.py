"""How wrong a noisy number is: intervals for released values and for what is computed from them.

Everything here uses released numbers and public scales only, so it may be shown to whoever sees the answer. It tells
about noise; what limits and bounds cut off is not in it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from simulator.privacy.mechanisms import Mechanism


@dataclass(frozen=True, slots=True)
class NoisyValue:
    """One released number with the noise that is in it.

    Attributes:
        value: The released number, in grid steps.
        mechanism: The noise that was added, in grid steps.
        step: Size of a grid step in the column's unit; 1 for counts.
    """

    value: int
    mechanism: Mechanism
    step: Fraction = Fraction(1)

    def interval(self, probability: float = 0.95) -> tuple[float, float]:
        """Return bounds, in the column's unit, that hold the value without noise with at least that probability.

        Raises:
            ValueError: *probability* is not between 0 and 1.
        """
        width = self.mechanism.interval(probability)
        return float((self.value - width) * self.step), float((self.value + width) * self.step)


def ratio_interval(numerator: NoisyValue, denominator: NoisyValue, probability: float = 0.95) -> tuple[float, float]:
    """Return bounds for a quotient of two noisy values, such as AVG from SUM and COUNT.

    Each value lies in its interval of probability (1 + probability) / 2, hence both do with the wanted probability.

    Returns:
        Lower and upper bound; infinite when the denominator may be zero or negative.

    Raises:
        ValueError: *probability* is not between 0 and 1.
    """
    each = (1 + probability) / 2
    low, high = numerator.interval(each)
    smallest, largest = denominator.interval(each)
    if smallest <= 0:
        return -math.inf, math.inf
    return min(low / smallest, low / largest), max(high / smallest, high / largest)


def deviation_interval(
    total: NoisyValue, squares: NoisyValue, count: NoisyValue, probability: float = 0.95
) -> tuple[float, float]:
    """Return bounds for a population standard deviation computed from noisy SUM, sum of squares and COUNT.

    Each value lies in its interval of probability (2 + probability) / 3, hence all do with the wanted probability.

    Returns:
        Lower bound >= 0, and upper bound; the upper one is infinite when the count may be zero or negative.

    Raises:
        ValueError: *probability* is not between 0 and 1.
    """
    each = (2 + probability) / 3
    low, high = total.interval(each)
    least_squares, most_squares = squares.interval(each)
    smallest, largest = count.interval(each)
    if smallest <= 0:
        return 0.0, math.inf
    means = [value / size for value in (low, high) for size in (smallest, largest)]
    largest_square = max(mean**2 for mean in means)
    smallest_square = 0.0 if min(means) <= 0 <= max(means) else min(mean**2 for mean in means)
    lowest = max(0.0, min(least_squares / smallest, least_squares / largest) - largest_square)
    highest = max(0.0, max(most_squares / smallest, most_squares / largest) - smallest_square)
    return math.sqrt(lowest), math.sqrt(highest)


def relative_error(value: NoisyValue, probability: float = 0.95) -> float:
    """Return the half-width of the interval as a share of the released value; infinite when that is 0.

    Raises:
        ValueError: *probability* is not between 0 and 1.
    """
    return value.mechanism.interval(probability) / abs(value.value) if value.value else math.inf
