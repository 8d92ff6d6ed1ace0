"""How wide the noise is in every cell of an answer under BigQuery's rules; computed by `cell_noise`.

Laplace noise of scale b is within b ln 20 with probability 0.95. An average is simulated: fresh noise is added to its
noisy sum and number of units. The noise of PERCENTILE_CONT is not known: it moves ranks, not values.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from simulator.execution.cell_noise import PROBABILITY, NoisyAnswer, Redrawing, noise_of
from simulator.execution.engines.engine import Engine
from simulator.execution.results import ColumnNoise
from simulator.execution.views.noisy_query import NoisyAggregate, NoisyFunction, NoisyQuery
from simulator.privacy.rng import RandomSource

Numbers = Mapping[str, NDArray[np.float64]]

_HALF_WIDTH = -math.log(1 - PROBABILITY)
"""Half-width of Laplace noise of scale 1."""
_SEEDS = 2**63


def scale_of(aggregate: NoisyAggregate) -> str:
    """Return the statistic name of the aggregate's Laplace scale; for AVG, that of the sum around the middle."""
    return f"scale of {aggregate.name}"


def units_of(aggregate: NoisyAggregate) -> str:
    """Return the statistic name of the noisy number of units by which AVG divides."""
    return f"units of {aggregate.name}"


def units_scale_of(aggregate: NoisyAggregate) -> str:
    """Return the statistic name of the Laplace scale of that number."""
    return f"scale of the units of {aggregate.name}"


def low_of(aggregate: NoisyAggregate) -> str:
    """Return the statistic name of the lower bound of AVG."""
    return f"low of {aggregate.name}"


def middle_of(aggregate: NoisyAggregate) -> str:
    """Return the statistic name of the middle, which AVG subtracts before it sums."""
    return f"middle of {aggregate.name}"


def high_of(aggregate: NoisyAggregate) -> str:
    """Return the statistic name of the upper bound of AVG."""
    return f"high of {aggregate.name}"


def column_noise(
    query: NoisyQuery, answer: NoisyAnswer, engine: Engine, source: RandomSource
) -> tuple[ColumnNoise, ...]:
    """Return the noise of every output column that depends on a released number.

    Args:
        query: The SELECT whose numbers got noise.
        answer: Its answer, with the released statistics of every aggregate under the names above.
        engine: Runs the rest of the query on numbers with fresh noise.
        source: Where the seed of that noise comes from.
    """
    draws = np.random.default_rng(int(source.integers(_SEEDS, 1)[0]))
    totals = answer.released.totals
    widths = {
        each.name: [_HALF_WIDTH * scale if math.isfinite(scale) else None for scale in totals[scale_of(each)]]
        or [_stated(query, each)]
        for each in query.aggregates
        if each.function in {NoisyFunction.COUNT, NoisyFunction.SUM}
    }

    def noisy(numbers: Numbers) -> dict[str, NDArray[np.float64]]:
        moved = dict(numbers)
        for each in query.aggregates:
            if each.function is not NoisyFunction.PERCENTILE_CONT:
                moved[each.name] = _moved(numbers, each.name, scale_of(each), draws)
            if each.function is NoisyFunction.AVG:
                moved[units_of(each)] = _moved(numbers, units_of(each), units_scale_of(each), draws)
        return moved

    def values(numbers: Numbers) -> dict[str, NDArray[np.float64]]:
        return {each.name: _value(each, numbers) for each in query.aggregates}

    return noise_of(engine, answer, widths, Redrawing(noisy, values))


def _stated(query: NoisyQuery, aggregate: NoisyAggregate) -> float | None:
    from simulator.execution.views.noise_report import noise_of as stated

    scale = stated(query, aggregate).scale
    return None if scale is None else _HALF_WIDTH * scale


def _moved(numbers: Numbers, name: str, scale: str, draws: np.random.Generator) -> NDArray[np.float64]:
    moved: NDArray[np.float64] = numbers[name] + draws.laplace(size=numbers[name].shape) * numbers[scale]
    return moved


def _value(aggregate: NoisyAggregate, numbers: Numbers) -> NDArray[np.float64]:
    if aggregate.function is NoisyFunction.PERCENTILE_CONT:
        return np.full_like(numbers[aggregate.name], np.nan)
    if aggregate.function is not NoisyFunction.AVG:
        return numbers[aggregate.name]
    mean = numbers[aggregate.name] / np.maximum(numbers[units_of(aggregate)], 1.0) + numbers[middle_of(aggregate)]
    return np.clip(mean, numbers[low_of(aggregate)], numbers[high_of(aggregate)])
