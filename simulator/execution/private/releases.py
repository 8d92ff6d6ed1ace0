"""The statistics that a private run releases: what is summed, how far one user moves it, how much noise it gets."""

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
"""Largest noise scale in grid steps that is aimed at; the sampler goes up to 2**40."""


class StatisticSource(Enum):
    """What the SQL of a statistic is."""

    ROWS = "a sum or count over the kept rows"
    DISTINCT_VALUES = "the column whose distinct values in the kept rows are counted"
    USERS = "the table of drawn rows, one a user, that are counted"


@dataclass(frozen=True, slots=True)
class Statistic:
    """One vector over groups that is released with noise.

    Attributes:
        name: Its column in the table of sums.
        sql: What is computed, as *source* says; gives whole numbers.
        sensitivity: L2 sensitivity of the vector, in the statistic's own steps; see `contribution_bounding`.
        scale: Noise scale per unit of sensitivity, in users.
        source: What *sql* is.
        cut: For a number of users whose noise is truncated, the delta of it; None for noise with its whole tail.
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
    """Return the number of users, each counted once in the whole query: in the group of one row drawn at random.

    Args:
        name: Its column in the table of sums.
        scale: Noise scale in users.
        drawn: Table of the drawn rows.
    """
    return Statistic(name, drawn, 1, scale, StatisticSource.USERS)


def statistics_of(
    aggregate: PrivateAggregate, limit: int, clamp: Clamp | None, scale: Fraction
) -> tuple[Statistic, ...]:
    """Return what is released for one aggregate function.

    Args:
        aggregate: The function.
        limit: Contribution limit, in rows.
        clamp: Bounds of its value (see `fitted`); None for counts.
        scale: `BudgetModel.noise_scale` of the function.
    """
    name, value = aggregate.name, aggregate.value
    if aggregate.users:
        return (user_count(name, scale, DRAWN if value is None else f"{DRAWN}_{value}"),)
    if aggregate.counts_values:
        return (Statistic(name, str(value), limit, half_each(scale), StatisticSource.DISTINCT_VALUES),)
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


def fitted(clamp: Clamp, function: Aggregation, limit: int, scale: Fraction) -> Clamp:
    """Return the clamp on a grid coarse enough for the sampler; everything it depends on is released or public.

    AVG and STDDEV are centred between their bounds: what is summed, and so its noise, is then at most half as large,
    and the centre is added again after the division. SUM has no noisy count with which to add it again.
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


def half_each(scale: Fraction) -> Fraction:
    """Return the noise scale of each of two releases that together cost one release of *scale*."""
    return scale * sqrt_up(Fraction(2))


def together(scales: list[Fraction]) -> Fraction:
    """Return the noise scale of one release that costs as much as one of each of the *scales*; rounded up."""
    return sqrt_up(1 / sum((1 / scale**2 for scale in scales), Fraction(0)))


def limit_scales(aggregates: tuple[PrivateAggregate, ...], model: BudgetModel, users_noise: int) -> list[Fraction]:
    """Return the noise scales of the contribution limits that the aggregates pay for; they share one better estimate.

    COUNT DISTINCT of users needs none. COUNT DISTINCT of another column has the published price of one unit; its limit
    and its count get half each (AWS does not publish how it bounds such a count).
    """
    scales = []
    for aggregate in aggregates:
        scale = model.noise_scale(aggregate.function, users_noise)
        if aggregate.counts_values:
            scales.append(half_each(scale))
        elif not aggregate.users:
            scales.append(scale)
    return scales
