"""Release of numbers with Laplace noise, on a grid so fine that the noise is practically continuous.

The grid step is a power of two near 2**-39 of the noise scale. Exact totals are rounded to the grid, which can change
the contribution of one unit by one further step; the discrete Laplace noise covers this step, too. So the guarantee
does not depend on floating-point rounding.

Source: google/differential-privacy, cc/algorithms/numerical-mechanisms.h and "Secure Noise Generation" (granularity).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from simulator.privacy.mechanisms.discrete_laplace import DiscreteLaplace
from simulator.privacy.rng import RandomSource

_FINENESS = 39
"""The noise is at most 2**39 grid steps wide; with the step for rounding it stays within the sampler's 2**40."""
SMALLEST_EPSILON = Fraction(1, 2**_FINENESS)
"""Below it the step for rounding alone would need wider noise than the sampler draws."""


@dataclass(frozen=True, slots=True)
class LaplaceRelease:
    """The noise of numbers that are released together.

    Attributes:
        sensitivity: The most by which one unit changes the sum of absolute values of all numbers released together, in
            their own unit; >= 0. At 0 there is nothing to hide, and no noise.
        epsilon: Privacy loss of the release; >= 2**-39.

    Raises:
        ValueError: *sensitivity* or *epsilon* is out of range.
    """

    sensitivity: Fraction
    epsilon: Fraction

    def __post_init__(self) -> None:
        if self.sensitivity < 0:
            raise ValueError(f"sensitivity must be >= 0; found {self.sensitivity}")
        if self.epsilon < SMALLEST_EPSILON:
            raise ValueError(
                f"epsilon of a release must be >= {float(SMALLEST_EPSILON):g}; found {float(self.epsilon):g}"
            )

    @property
    def scale(self) -> Fraction:
        """Scale b of the noise, whose variance is 2 b**2, in the numbers' own unit."""
        return self.sensitivity / self.epsilon

    @property
    def grid(self) -> Fraction:
        """One grid step, in the numbers' own unit; a power of two. Only defined for a sensitivity above 0."""
        return _power_of_two_from(self.scale / 2**_FINENESS)

    @property
    def mechanism(self) -> DiscreteLaplace:
        """The noise in grid steps. Only defined for a sensitivity above 0."""
        grid = self.grid
        return DiscreteLaplace((self.sensitivity + grid) / (grid * self.epsilon))

    def add_noise(self, numbers: Sequence[int | Fraction], source: RandomSource) -> list[Fraction]:
        """Return the exact *numbers* rounded to the grid, with independent noise added."""
        if self.sensitivity == 0 or not numbers:
            return [Fraction(number) for number in numbers]
        grid = self.grid
        noise = self.mechanism.sample((len(numbers),), source).tolist()
        return [(round(number / grid) + steps) * grid for number, steps in zip(numbers, noise, strict=True)]


def release_each(pairs: Iterable[tuple[LaplaceRelease, int | Fraction]], source: RandomSource) -> list[Fraction]:
    """Add noise to each number according to its own release; equal releases are drawn together to save time."""
    listed = list(pairs)
    places: dict[LaplaceRelease, list[int]] = {}
    for place, (release, _) in enumerate(listed):
        places.setdefault(release, []).append(place)
    found = [Fraction(0)] * len(listed)
    for release, own in places.items():
        for place, number in zip(own, release.add_noise([listed[at][1] for at in own], source), strict=True):
            found[place] = number
    return found


def _power_of_two_from(number: Fraction) -> Fraction:
    """Return the smallest power of two that is at least *number*, which is above 0."""
    exponent = number.numerator.bit_length() - number.denominator.bit_length() - 1
    power = Fraction(2) ** exponent
    while power < number:
        power *= 2
    return power
