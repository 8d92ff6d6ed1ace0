"""The expected error of each number of a query in a BigQuery room, before it runs.

If the query states bounds, the noise is known without reading a row: Laplace noise of the scale that `noise_of` gives.
If it does not, bounds are estimated from the data, and a value for which none are found is NULL: that sets a minimum
size of groups.

AVG is a noisy sum around the middle of its bounds, divided by a noisy number of units; its error is propagated to first
order, and is never more than the width of the bounds. The error of PERCENTILE_CONT is not known: noise moves ranks, and
the distance between values of neighbouring ranks depends on the data.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from declarations.plan import AssumedContribution, WantedAccuracy
from simulator.execution.errors import ExecutionError
from simulator.execution.options import RunOptions
from simulator.execution.views.noise_report import NoiseReport, group_threshold, noise_of
from simulator.execution.views.noisy_query import NoisyAggregate, NoisyFunction, NoisyQuery
from simulator.execution.views.running import run_on_views
from simulator.plans.prices import PricedRun
from simulator.plans.query_accuracy import (
    ColumnAccuracy,
    GroupError,
    Known,
    NullGroups,
    QueryAccuracy,
    ShownGroups,
)
from simulator.plans.rooms import PlannedViews
from simulator.privacy.approximate_bounds import FAILURES, REAL_BINS, WHOLE_BINS, least_count
from simulator.privacy.laplace_release import SMALLEST_EPSILON, LaplaceRelease
from simulator.privacy.rng import seeded

CERTAINTY = 0.95
"""Probability with which the noise is within the half-width."""

_STEPS = 60
_ALIKE = 1e-6
_WIDEST = 20


def accuracy_on_views(run: PricedRun, assumed: AssumedContribution | None, wanted: WantedAccuracy) -> QueryAccuracy:
    """Return the expected errors of every aggregate of a query.

    Args:
        run: The query; it has noise.
        assumed: The contribution of one unit, if the plan states it.
        wanted: The group sizes to show.
    """
    return QueryAccuracy(
        run,
        tuple(
            _column(query, aggregate, assumed, wanted.group_sizes)
            for query in run.price.noisy
            for aggregate in query.aggregates
        ),
        max((group_threshold(query) for query in run.price.noisy if query.groups), default=None),
    )


def piloted_on_views(by_formula: QueryAccuracy, room: PlannedViews, seed: int) -> QueryAccuracy:
    """Run a query once on sample rows, charging nothing, and count the groups that are shown.

    Args:
        by_formula: Its expected errors.
        room: The room, with rows.
        seed: Seed of the noise; a pilot run is no release.
    """
    if room.data is None:
        return by_formula
    request, options = room.requests[by_formula.run.query], RunOptions(bias=True)
    try:
        result = run_on_views(room.room, request, room.data, booking=None, source=seeded(seed), options=options)
    except ExecutionError as error:
        return replace(by_formula, failure=str(error))
    biases = [each.bias.columns for each in result.noise if each.bias is not None]
    shown = ShownGroups(
        sum(each.groups for each in result.noise),
        sum(each.groups_shown for each in result.noise),
        biases[-1] if biases else (),
        tuple(null for each in result.noise for null in _nulls(each)),
    )
    return replace(by_formula, shown=shown)


def _nulls(report: NoiseReport) -> Iterator[NullGroups]:
    for call, without in report.groups_without_bounds.items():
        if without:
            yield NullGroups(call, without, report.groups_shown)


@dataclass(frozen=True, slots=True)
class LaplacePair:
    """The sum of two independent Laplace noises.

    Attributes:
        one: The larger scale, >= 0, in the unit of the number.
        other: The smaller scale, >= 0; 0 for a single noise.
    """

    one: float
    other: float = 0.0

    @property
    def expected(self) -> float:
        """Expected magnitude: the integral of `tail`."""
        one, other = self.one, self.other
        return (one**2 + one * other + other**2) / (one + other) if one else 0.0

    def tail(self, reach: float) -> float:
        """Return the probability of a magnitude above *reach*, which is >= 0."""
        one, other = self.one, self.other
        if one - other <= _ALIKE * one:
            return math.exp(-reach / one) * (1 + reach / (2 * one))
        smaller = other**2 * math.exp(-reach / other) if other else 0.0
        return (one**2 * math.exp(-reach / one) - smaller) / (one**2 - other**2)

    @property
    def half_width(self) -> float:
        """The bound on the magnitude that holds with probability `CERTAINTY`; found by bisection."""
        low, high = 0.0, _WIDEST * self.one
        for _ in range(_STEPS if self.one else 0):
            middle = (low + high) / 2
            low, high = (middle, high) if self.tail(middle) > 1 - CERTAINTY else (low, middle)
        return high


def _column(
    query: NoisyQuery, aggregate: NoisyAggregate, assumed: AssumedContribution | None, sizes: tuple[int, ...]
) -> ColumnAccuracy:
    function = aggregate.function
    if function is NoisyFunction.PERCENTILE_CONT:
        return _unknown(aggregate, Known.NOTHING, math.inf, sizes)
    if aggregate.bounds is None:
        least = _unknown(aggregate, Known.LEAST, _least_with_found_bounds(query, function), sizes)
        return replace(least, least_users=_least_users(query, function))
    low, high = map(float, aggregate.bounds)
    mean = _mean_of_unit(function, assumed)
    if mean is not None:
        mean = min(max(mean, low), high)
    known = Known.BOUNDS if mean is None else Known.ASSUMED
    value = max(abs(low), abs(high)) if mean is None else abs(mean)
    errors = tuple(_error(query, aggregate, mean, value, users) for users in sizes)
    return ColumnAccuracy(aggregate.call, function, known, _relative(query, aggregate, mean, value), errors)


def _unknown(aggregate: NoisyAggregate, known: Known, factor: float, sizes: tuple[int, ...]) -> ColumnAccuracy:
    """Return a column whose noise depends on rows; its relative error is at least *factor* divided by the size."""
    errors = tuple(GroupError(users, None, None, factor / users) for users in sizes)
    return ColumnAccuracy(aggregate.call, aggregate.function, known, factor, errors)


def _least_with_found_bounds(query: NoisyQuery, function: NoisyFunction) -> float:
    """Return a lower bound on the relative error times the group size, when half of the share goes into bounds.

    The larger bound is at least the contribution of a unit. Estimated bounds are powers of two, or 0 on one side, so
    their distance is at least half of the larger one's magnitude.
    """
    scale = query.groups_per_unit / (float(query.share) / 2)
    return LaplacePair(scale / 2 if function is NoisyFunction.AVG else scale).half_width


def _least_users(query: NoisyQuery, function: NoisyFunction) -> float:
    """Return how many units in one bin are recognised half of the time; a SUM may need a few more.

    In a smaller group bounds are usually not found, even if all units contribute equally.
    """
    bins = REAL_BINS if function is NoisyFunction.AVG else WHOLE_BINS  # the type of a SUM is not known without rows
    release = LaplaceRelease(Fraction(query.groups_per_unit), max(query.share / 2, SMALLEST_EPSILON))
    return least_count(FAILURES[-1], bins, release)


def _mean_of_unit(function: NoisyFunction, assumed: AssumedContribution | None) -> float | None:
    """Return the average contribution of a unit to a group, before bounds; None when the plan does not state it."""
    if assumed is None:
        return None
    if function is NoisyFunction.COUNT:
        return assumed.mean_rows_per_user
    if assumed.mean_value is None:
        return None
    return assumed.mean_value * (assumed.mean_rows_per_user if function is NoisyFunction.SUM else 1)


def _error(query: NoisyQuery, aggregate: NoisyAggregate, mean: float | None, value: float, users: int) -> GroupError:
    noise = _noise(query, aggregate, mean, users)
    expected, half_width = noise.expected, noise.half_width
    if aggregate.function is NoisyFunction.AVG:
        assert aggregate.bounds is not None  # noqa: S101 - asked of functions with bounds only
        width = float(aggregate.bounds[1] - aggregate.bounds[0])
        expected, half_width = min(expected, width), min(half_width, width)
    return GroupError(users, expected, half_width, _relative(query, aggregate, mean, value) / users)


def _relative(query: NoisyQuery, aggregate: NoisyAggregate, mean: float | None, value: float) -> float:
    """Return the relative error times the size of a group; a lower bound when the mean is not known."""
    noise = _noise(query, aggregate, mean, 1)
    half_width = noise.half_width if mean is not None else LaplacePair(noise.one).half_width
    return half_width / value if value else math.inf


def _noise(query: NoisyQuery, aggregate: NoisyAggregate, mean: float | None, users: int) -> LaplacePair:
    """Return the noise in the number of a group of *users*; for AVG with an unknown mean, the largest possible."""
    scale = noise_of(query, aggregate).scale
    assert scale is not None  # noqa: S101 - asked of functions with bounds only
    assert aggregate.bounds is not None  # noqa: S101 - as above
    if aggregate.function is not NoisyFunction.AVG:
        return LaplacePair(scale)
    low, high = map(float, aggregate.bounds)
    off = (high - low) / 2 if mean is None else abs(mean - (low + high) / 2)
    of_count = 2 * query.groups_per_unit / float(query.share)
    return LaplacePair(scale / users, min(scale, off * of_count) / users)
