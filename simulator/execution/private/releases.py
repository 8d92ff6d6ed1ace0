"""The statistics that a private run releases: what is summed, its sensitivity to one user, and its noise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction

from simulator.execution.cell_noise import PROBABILITY
from simulator.execution.private.contribution_bounding import DRAWN, Clamp
from simulator.execution.private.grid import Grid
from simulator.execution.private.query import PrivateAggregate
from simulator.privacy.budget import Aggregation, BudgetModel, sqrt_up
from simulator.privacy.mechanisms.discrete_gaussian import DiscreteGaussian
from simulator.privacy.mechanisms.truncated_gaussian import TruncatedGaussian, truncated

USERS = "users_for_threshold"
"""Name of the noisy user count that is drawn for the threshold on groups alone."""

_SUM_ROOM = 2**36
_SQUARE_ROOM = 2**38
"""Largest noise scales, in grid steps, of sums and of sums of squares; the sampler supports up to 2**40."""


class StatisticSource(Enum):
    """What the `sql` of a statistic holds."""

    ROWS = "a sum or count over the kept rows"
    DISTINCT_VALUES = "the column whose distinct values in the kept rows are counted"
    USERS = "the table of drawn rows, one per user, that are counted"


@dataclass(frozen=True, slots=True)
class Statistic:
    """One vector over groups that is released with noise.

    Attributes:
        name: Its column in the table of sums.
        sql: SQL of the statistic, or a name, depending on *source*; the statistic is a whole number.
        sensitivity: L2 sensitivity of the vector, in the statistic's own steps; see `contribution_bounding`.
        scale: Noise scale per unit of sensitivity, in users.
        source: What *sql* holds.
        cut: The delta of truncated noise, which only a count of users can have; None for noise that is not truncated.
    """

    name: str
    sql: str
    sensitivity: int
    scale: Fraction
    source: StatisticSource = StatisticSource.ROWS
    cut: float | None = None

    @property
    def users(self) -> bool:
        """True for a number of users."""
        return self.source is StatisticSource.USERS

    @property
    def mechanism(self) -> DiscreteGaussian | TruncatedGaussian:
        """The noise, in the statistic's own steps."""
        scale = self.scale * self.sensitivity
        return DiscreteGaussian(scale) if self.cut is None else truncated(scale, self.cut)


def user_count(name: str, scale: Fraction, drawn: str = DRAWN) -> Statistic:
    """Return the statistic that counts users, each once in the whole query: in the group of one row drawn at random.

    Args:
        name: Its column in the table of sums.
        scale: Noise scale in users.
        drawn: Table of the drawn rows.
    """
    return Statistic(name, drawn, 1, scale, StatisticSource.USERS)


def statistics_of(
    aggregate: PrivateAggregate, limit: int, clamp: Clamp | None, scale: Fraction
) -> tuple[Statistic, ...]:
    """Return the statistics that are released for one aggregate function.

    Args:
        aggregate: The function.
        limit: Contribution limit, in rows.
        clamp: Bounds of its value (see `fit_to_sampler`); None for counts.
        scale: `BudgetModel.noise_scale` of the function.
    """
    name, value = aggregate.name, aggregate.value
    if aggregate.users:
        return (user_count(name, scale, DRAWN if value is None else f"{DRAWN}_{value}"),)
    if aggregate.counts_values:
        return (Statistic(name, str(value), limit, scale_of_each_half(scale), StatisticSource.DISTINCT_VALUES),)
    if clamp is None:
        return (Statistic(name, f"count({value or '*'})", limit, scale),)
    steps = f"{value}_steps"
    found = [Statistic(f"{name}_sum", clamp.sum_sql(steps), limit * clamp.magnitude, scale)]
    if aggregate.function is Aggregation.STDDEV:
        squares = clamp.squares_sql(steps)
        found.append(Statistic(f"{name}_squares", squares, limit * clamp.magnitude**2, scale))
    if aggregate.function is not Aggregation.SUM:
        found.append(Statistic(f"{name}_count", f"count({steps})", limit, scale))
    return tuple(found)


def half_width(mechanism: DiscreteGaussian | TruncatedGaussian, grid: Grid | None, factor: int) -> float:
    """Return the 95 % half-width of a noisy count, or of a noisy sum over a grid, in the column's unit."""
    steps = mechanism.interval(PROBABILITY)
    return float(steps if grid is None else steps * factor * grid.step)


def fit_to_sampler(clamp: Clamp, function: Aggregation, limit: int, scale: Fraction) -> Clamp:
    """Return the clamp on a grid coarse enough for the noise sampler; it depends on released or public values only.

    For AVG and STDDEV, values are centred between their bounds, which at most halves the sum and its noise; the centre
    is added back after the division. SUM is not centred: it has no noisy count with which to add the centre back.
    """
    squares = function is Aggregation.STDDEV
    factor = 1
    while True:
        coarse = replace(clamp, factor=factor)
        if function is not Aggregation.SUM:
            coarse = replace(coarse, centre=sum(coarse.range) // 2)
        reach = coarse.magnitude**2 if squares else coarse.magnitude
        if scale * limit * reach <= (_SQUARE_ROOM if squares else _SUM_ROOM):
            return coarse
        factor *= 2


def scale_of_each_half(scale: Fraction) -> Fraction:
    """Return the noise scale of each of two releases that together cost one release of *scale*."""
    return scale * sqrt_up(Fraction(2))


def combined_scale(scales: list[Fraction]) -> Fraction:
    """Return the noise scale of one release that costs as much as one of each of the *scales*; rounded up."""
    return sqrt_up(1 / sum((1 / scale**2 for scale in scales), Fraction(0)))


def limit_scales(aggregates: tuple[PrivateAggregate, ...], model: BudgetModel, users_noise: int) -> list[Fraction]:
    """Return the noise scale of the contribution limit that each aggregate pays for; they share one better estimate.

    COUNT DISTINCT of users needs no limit. COUNT DISTINCT of another column costs one unit, as published, of which its
    limit and its count get half each (AWS does not publish how it bounds such a count).
    """
    scales = []
    for aggregate in aggregates:
        scale = model.noise_scale(aggregate.function, users_noise)
        if aggregate.counts_values:
            scales.append(scale_of_each_half(scale))
        elif not aggregate.users:
            scales.append(scale)
    return scales
