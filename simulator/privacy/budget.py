"""The differential privacy budget of AWS Clean Rooms: how much a template grants, and how much a query costs.

AWS publishes counts, not formulas. The model here reproduces every published count: a budget (epsilon, delta) is turned
into a loss rho; noise of n users has the standard deviation n / z, so that 95 % of it lies within n; and an aggregate
function costs as many units of rho = z**2 / (2 n**2) as it makes private releases. Other counts are estimates.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-settings.html for the settings; the preview
of the privacy impact in the console for the counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from simulator.privacy.accountant import Conversion, rho_of_epsilon

RHO_STEP = Fraction(1, 10**15)
"""Losses are counted in whole steps of this size: what is spent is rounded up, what is granted is rounded down."""

MAX_EPSILON = 20
"""Budgets are whole numbers from 1 to this. Source: API DifferentialPrivacyTemplateParametersInput."""

MIN_USERS_NOISE, MAX_USERS_NOISE = 10, 100
"""Range of the noise added per query, in users. Source: API DifferentialPrivacyTemplateParametersInput."""


class Aggregation(StrEnum):
    """An aggregate function that draws on the budget. Source: API DifferentialPrivacyAggregationType."""

    AVG = "AVG"
    COUNT = "COUNT"
    COUNT_DISTINCT = "COUNT_DISTINCT"
    SUM = "SUM"
    STDDEV = "STDDEV"


class Release(StrEnum):
    """One noisy number, or vector over groups, that an aggregate function needs."""

    CONTRIBUTION_LIMIT = "contribution limit"
    VALUE_BOUNDS = "value bounds"
    COUNT = "count"
    SUM = "sum"
    SUM_OF_SQUARES = "sum of squares"


RELEASES: Mapping[Aggregation, tuple[Release, ...]] = MappingProxyType(
    {
        Aggregation.COUNT_DISTINCT: (Release.COUNT,),
        Aggregation.COUNT: (Release.CONTRIBUTION_LIMIT, Release.COUNT),
        Aggregation.SUM: (Release.CONTRIBUTION_LIMIT, Release.VALUE_BOUNDS, Release.SUM),
        Aggregation.AVG: (Release.CONTRIBUTION_LIMIT, Release.VALUE_BOUNDS, Release.SUM, Release.COUNT),
        Aggregation.STDDEV: (
            Release.CONTRIBUTION_LIMIT,
            Release.VALUE_BOUNDS,
            Release.SUM,
            Release.SUM_OF_SQUARES,
            Release.COUNT,
        ),
    }
)
"""The releases of this simulator for each function. AWS does not publish its own; its prices suggest one unit each."""

UNITS: Mapping[Aggregation, int] = MappingProxyType(
    {
        Aggregation.COUNT_DISTINCT: 1,
        Aggregation.COUNT: 2,
        Aggregation.SUM: 3,
        Aggregation.AVG: 4,
        Aggregation.STDDEV: 4,
    }
)
"""Price of each function in units. Source: the console's counts for epsilon 10, 30 users: 660, 330, 220, 165, 165."""

PUBLISHED: frozenset[tuple[int, int]] = frozenset({(10, 30), (10, 100), (1, 30)})
"""The (epsilon, users) pairs whose counts AWS's console has shown."""

_ESTIMATES = dict(
    enumerate(
        (
            *((9.0, 10.0), (34, 38), (73, 80), (124, 135), (188, 202), (263, 278), (348, 362), (443, 455), (547, 554)),
            *((660.15, 660.24), (772, 781), (889, 910), (1011, 1047), (1137, 1190), (1268, 1340), (1403, 1497)),
            *((1541, 1660), (1683, 1829), (1828, 2004), (1977, 2184)),
        ),
        start=1,
    )
)
"""Units at 30 users for each epsilon: the range over all rules that reproduce the published counts."""

_ESTIMATED_AT = 30


@dataclass(frozen=True, slots=True)
class BudgetModel:
    """How settings become counts. The defaults reproduce all published counts; other values serve to study variants.

    Attributes:
        z: Noise of n users has the standard deviation n / z. The default puts 95 % of the noise within n users.
        delta: The delta of the budget; AWS does not state it.
        conversion: How (epsilon, delta) becomes rho.
        units: Price of each aggregate function.
    """

    z: Fraction = Fraction("1.959964")
    delta: float = 5e-7
    conversion: Conversion = Conversion.BUN_STEINKE_LEMMA_3_6
    units: Mapping[Aggregation, int] = field(default_factory=lambda: UNITS)

    def total_rho(self, epsilon: int) -> Fraction:
        """Return the loss that a budget of *epsilon* grants, a whole number of `RHO_STEP`, rounded down.

        Raises:
            ValueError: *epsilon* is not a whole number from 1 to 20.
        """
        _check("epsilon", epsilon, 1, MAX_EPSILON)
        return Fraction(rho_of_epsilon(epsilon, self.delta, self.conversion)) // RHO_STEP * RHO_STEP

    def unit_rho(self, users_noise: int) -> Fraction:
        """Return the loss of one unit, z**2 / (2 n**2), a whole number of `RHO_STEP`, rounded up.

        Args:
            users_noise: Noise added per query, 10 to 100 users.

        Raises:
            ValueError: *users_noise* is not a whole number from 10 to 100.
        """
        _check("users_noise_per_query", users_noise, MIN_USERS_NOISE, MAX_USERS_NOISE)
        return -(-(self.z**2) / (2 * users_noise**2) // RHO_STEP) * RHO_STEP

    def cost(self, functions: Iterable[Aggregation]) -> int:
        """Return what a query with these aggregate functions costs, in units."""
        return sum(self.units[function] for function in functions)

    def query_rho(self, functions: Iterable[Aggregation], users_noise: int) -> Fraction:
        """Return what a query with these aggregate functions costs, as a loss: the amount to reserve in the ledger."""
        return self.cost(functions) * self.unit_rho(users_noise)

    def noise_scale(self, function: Aggregation, users_noise: int) -> Fraction:
        """Return the standard deviation of each release of *function* per unit of sensitivity, in users.

        The price of a function is shared evenly by its `RELEASES`, so that together they cost no more than its units.
        That is n / z for all but STDDEV, which makes five releases for the price of four: n / z * sqrt(5 / 4).

        Returns:
            A rational, rounded up by less than 1e-9 of itself.
        """
        _check("users_noise_per_query", users_noise, MIN_USERS_NOISE, MAX_USERS_NOISE)
        stretch = Fraction(len(RELEASES[function]), self.units[function])
        return users_noise / self.z * sqrt_up(stretch)

    def capacity(self, epsilon: int, users_noise: int) -> float:
        """Return how many units a fresh budget holds.

        Raises:
            ValueError: *epsilon* or *users_noise* is out of range.
        """
        return float(self.total_rho(epsilon) / self.unit_rho(users_noise))

    def max_count(self, function: Aggregation, epsilon: int, users_noise: int) -> int:
        """Return how many times *function* fits into a fresh budget; the API's maxCount."""
        return self.remaining_count(function, epsilon, users_noise, Fraction(0))

    def remaining_count(self, function: Aggregation, epsilon: int, users_noise: int, rho_spent: Fraction) -> int:
        """Return how many times *function* still fits; the API's remainingCount.

        Args:
            function: The aggregate function.
            epsilon: The budget, 1 to 20.
            users_noise: Noise added per query now, 10 to 100 users; earlier queries may have run with other noise.
            rho_spent: What the ledger holds for the period.
        """
        left = self.total_rho(epsilon) - rho_spent
        return max(0, left // (self.units[function] * self.unit_rho(users_noise)))

    def utility_used(self, epsilon: int, users_noise: int, rho_spent: Fraction) -> int:
        """Return "Utility used" as the console shows it, 0 to 100 percent: the used share of the count of AVG.

        A budget too small for one AVG counts by COUNT_DISTINCT.
        """
        function = Aggregation.AVG
        if self.max_count(function, epsilon, users_noise) == 0:
            function = Aggregation.COUNT_DISTINCT
        maximum = self.max_count(function, epsilon, users_noise)
        left = self.remaining_count(function, epsilon, users_noise, rho_spent)
        return 100 if maximum == 0 else round(100 * (1 - left / maximum))

    def is_published(self, epsilon: int, users_noise: int) -> bool:
        """Tell whether AWS has shown counts for this pair; every other count is an estimate."""
        return (epsilon, users_noise) in PUBLISHED

    def count_range(self, function: Aggregation, epsilon: int, users_noise: int) -> tuple[int, int]:
        """Return the lowest and highest maxCount that are consistent with the published counts.

        Where the counts are published, both are the published count.

        Raises:
            ValueError: *epsilon* or *users_noise* is out of range.
        """
        count = self.max_count(function, epsilon, users_noise)
        if self.is_published(epsilon, users_noise):
            return count, count
        low, high = _ESTIMATES[epsilon]
        factor = (users_noise / _ESTIMATED_AT) ** 2 / self.units[function]
        return min(math.floor(low * factor), count), max(math.floor(high * factor), count)


def sqrt_up(number: Fraction) -> Fraction:
    """Return the square root of *number*, >= 0: exact where it is rational, else rounded up by less than 1e-9 of it.

    Rounding a noise scale up preserves the privacy guarantee; rounding it down would break it.
    """
    numerator, denominator = number.numerator, number.denominator
    root = Fraction(math.isqrt(numerator), math.isqrt(denominator))
    if root**2 == number:
        return root
    fine = 10**10
    # sqrt(a / b) = sqrt(a b) / b, with ten more digits under the root.
    return Fraction(math.isqrt(numerator * denominator * fine**2) + 1, denominator * fine)


def _check(name: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}; found {value!r}")
