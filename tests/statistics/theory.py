"""How far noise moves the numbers of a query, from what the run states and nothing else that the program computes.

A run states the noise in users, n, and for each function the contribution limit L and the bounds of its values. Theory
then gives independent normal noise with these standard deviations, u being n / z:

    COUNT(DISTINCT user)   u                      SUM      u L max(|low|, |high|)
    COUNT(DISTINCT x)      u L sqrt(2)            AVG      u L h in the sum, u L in the count; h = (high - low) / 2
    COUNT                  u L                    STDDEV   the same with u sqrt(5/4), and u L h**2 in the squares

A number that is one noisy sum is off by 0.6745 standard deviations in the median. For AVG, STDDEV and ratios of two
sums, the median is that of their formula under such noise, drawn by numpy in floating point.
"""

from __future__ import annotations

import math
from typing import cast

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from simulator.execution.private.query import PrivateAggregate
from simulator.privacy.budget import Aggregation
from simulator.privacy.sensitivity import SensitivityParameters
from tests.statistics.example_runs import Recorded

MEDIAN_OF_NORMAL = 0.674490
MEAN_OF_NORMAL = 0.797885
"""Median and mean of the magnitude of a standard normal number."""
Z = 1.959964
_DRAWS = 40_000
_DITHER = 1 / 12
"""Variance of a uniform number from -1/2 to 1/2, which is added to whole numbers: their median is then no step."""

Numbers = NDArray[np.float64]


def dithered(errors: Numbers, column: str, recorded: Recorded, random: np.random.Generator) -> Numbers:
    """Spread the errors of counts evenly over the whole numbers they fell on; leave all others."""
    aggregate = aggregates_shown(recorded).get(column)
    if aggregate is None or aggregate.name in recorded.clamps:
        return errors
    return errors + random.uniform(-0.5, 0.5, errors.shape)


def median_errors(recorded: Recorded, random: np.random.Generator) -> dict[str, Numbers]:
    """Return the median magnitude of the noise in every output column; shape (groups,), after `dithered`."""
    values = {each.name: _value(each, recorded, random) for each in recorded.run.query.aggregates}
    found = {}
    for item in recorded.run.query.rest.expressions[:-1]:
        names = [column.name for column in item.find_all(exp.Column) if column.name.startswith("a")]
        if len(names) == 1:
            exact, noisy, deviation = values[names[0]]
            found[item.alias_or_name] = _median(exact, noisy, deviation)
        elif len(names) == 2:
            assert isinstance(item.unalias().find(exp.Div), exp.Div), "theory knows quotients of two sums alone"
            (over, noisy_over, _), (under, noisy_under, _) = values[names[0]], values[names[1]]
            found[item.alias_or_name] = np.median(np.abs(noisy_over / noisy_under - over / under), axis=0)
    return found


def _median(exact: Numbers, noisy: Numbers, deviation: float | None) -> Numbers:
    if deviation is not None:
        return np.full(exact.shape, MEDIAN_OF_NORMAL * deviation)
    return cast("Numbers", np.nanmedian(np.abs(noisy - exact), axis=0))


def _value(
    aggregate: PrivateAggregate, recorded: Recorded, random: np.random.Generator
) -> tuple[Numbers, Numbers, float | None]:
    """Return the exact value in every group, many noisy ones, and the standard deviation where there is one noise."""
    index = recorded.run.query.aggregates.index(aggregate)
    stated = recorded.report.sensitivity_parameters[index]
    users = recorded.report.users_noise / Z
    name, totals = aggregate.name, recorded.exact.totals
    if name not in recorded.clamps:
        deviation = _of_count(aggregate, stated, users)
        exact = np.array(totals[name], float)
        return exact, _noisy(exact, deviation, random), math.sqrt(deviation**2 + _DITHER)
    clamp = recorded.clamps[name]
    step = float(clamp.grid.step * clamp.factor)
    low, high = stated.min_value or 0.0, stated.max_value or 0.0
    sums = np.array(totals[f"{name}_sum"], float) * step
    if aggregate.function is Aggregation.SUM:
        deviation = users * stated.user_contribution_limit * max(abs(low), abs(high))
        return sums, _noisy(sums, deviation, random), deviation
    half = (high - low) / 2
    counts = np.array(totals[f"{name}_count"], float)
    if aggregate.function is Aggregation.AVG:
        each = users * stated.user_contribution_limit
        noisy = _noisy(sums, each * half, random) / _noisy(counts, each, random)
        return sums / counts, noisy, None
    each = users * stated.user_contribution_limit * math.sqrt(5 / 4)
    squares = np.array(totals[f"{name}_squares"], float) * step**2
    noisy = _spread(
        _noisy(sums, each * half, random),
        _noisy(squares, each * half**2, random),
        _noisy(counts, each, random),
    )
    return _spread(sums, squares, counts), noisy, None


def _of_count(aggregate: PrivateAggregate, stated: SensitivityParameters, users: float) -> float:
    if aggregate.users:
        return users
    other = math.sqrt(2) if aggregate.counts_values else 1.0
    return users * stated.user_contribution_limit * other


def _noisy(exact: Numbers, deviation: float, random: np.random.Generator) -> Numbers:
    return exact + deviation * random.standard_normal((_DRAWS, exact.size))


def _spread(sums: Numbers, squares: Numbers, counts: Numbers) -> Numbers:
    return cast("Numbers", np.sqrt(np.maximum((squares - sums**2 / counts) / (counts - 1), 0)))


def aggregates_shown(recorded: Recorded) -> dict[str, PrivateAggregate]:
    by_name: dict[str, PrivateAggregate] = {each.name: each for each in recorded.run.query.aggregates}
    shown = {}
    for item in recorded.run.query.rest.expressions[:-1]:
        bare = item.unalias().unnest()
        if isinstance(bare, exp.Column) and bare.name in by_name:
            shown[item.alias_or_name] = by_name[bare.name]
    return shown
