"""The limit and bounds that a query would find at other noise: they are noisy estimates themselves.

More noise gives smaller limits and narrower bounds, since more users are needed to stand out from it. So an error does
not grow in proportion to the noise, and advice on noise must consider each setting.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median_low

import numpy as np
from numpy.typing import NDArray

from simulator.execution.engines.engine import Engine
from simulator.execution.private.grid import Grid, grid_of
from simulator.execution.private.query import PrivateAggregate
from simulator.execution.private.releases import combined_scale, limit_scales
from simulator.execution.private.run import PrivateRun
from simulator.privacy.budget import Aggregation
from simulator.privacy.rng import RandomSource
from simulator.privacy.sensitivity import (
    SensitivityParameters,
    estimate_bounds,
    estimate_contribution_limit,
    user_histogram,
)

NOISES = (10, 15, 20, 30, 45, 70, 100)
"""Settings of the noise, in users, that are estimated; any other lies between two of them."""

OF_VALUES = (Aggregation.SUM, Aggregation.AVG, Aggregation.STDDEV)
"""Functions whose values have bounds."""

_ESTIMATES = 9
"""Number of estimates at each noise; their median is used."""

Histogram = NDArray[np.int64]


def parameters_at_noises(
    run: PrivateRun, engine: Engine, rows: str, source: RandomSource
) -> Mapping[int, tuple[SensitivityParameters, ...]]:
    """Return the parameters that a run would typically find at each of `NOISES`, one entry per aggregate function.

    Args:
        run: The query.
        engine: Holds its rows.
        rows: Name of the table of the rows: u (the user, or NULL), n (rows of that user), and the values.
        source: Where the noise of the estimates comes from; they are no release.
    """
    per_user = f"SELECT n, count(DISTINCT u) FROM {rows} WHERE u IS NOT NULL GROUP BY n"  # noqa: S608 - internal names
    counts = np.array(engine.query(per_user, {rows}).rows, np.int64).reshape(-1, 2)
    users = user_histogram(counts[:, 0], counts[:, 1])
    grids = _grids(run, engine, rows)
    values = {value: _values(engine, rows, value, grid) for value, grid in grids.items()}
    return {noise: tuple(_found(run, noise, users, values, grids, source)) for noise in NOISES}


def _grids(run: PrivateRun, engine: Engine, rows: str) -> dict[str, Grid]:
    columns = engine.query(f"SELECT * FROM {rows} LIMIT 0", {rows}).columns  # noqa: S608 - internal name
    types = {column.name: column.type for column in columns}
    return {
        each.value: grid_of(types[each.value], each.expression, run.settings.float_step)
        for each in run.query.aggregates
        if each.value is not None and each.function in OF_VALUES
    }


def _values(engine: Engine, rows: str, value: str, grid: Grid) -> Histogram:
    """Count users by the value of one of their rows."""
    steps = f"SELECT u, rowid AS r, {grid.snapped(value)} AS steps FROM {rows} WHERE u IS NOT NULL"  # noqa: S608 - internal names
    one = f"SELECT arg_min(steps, hash(r)) FROM ({steps}) AS snapped WHERE steps IS NOT NULL GROUP BY u"  # noqa: S608 - as above
    found = np.array([row[0] for row in engine.query(one, {rows}).rows], np.int64)
    return user_histogram(found, np.ones_like(found))


def _found(
    run: PrivateRun,
    noise: int,
    users: Histogram,
    values: Mapping[str, Histogram],
    grids: Mapping[str, Grid],
    source: RandomSource,
) -> list[SensitivityParameters]:
    model, aggregates = run.settings.model, run.query.aggregates
    scales = limit_scales(aggregates, model, noise)
    limit = 1
    if scales:
        limit = median_low(
            estimate_contribution_limit(users, combined_scale(scales), source) for _ in range(_ESTIMATES)
        )
    bounds = {}
    for value, histogram in values.items():
        paid = [
            model.noise_scale(each.function, noise)
            for each in aggregates
            if each.value == value and each.function in OF_VALUES
        ]
        found = [estimate_bounds(histogram, combined_scale(paid), source) for _ in range(_ESTIMATES)]
        ends = (median_low(low for low, _ in found), median_low(high for _, high in found))
        bounds[value] = tuple(float(end * grids[value].step) for end in ends)
    return [_parameters(each, limit, bounds) for each in aggregates]


def _parameters(
    aggregate: PrivateAggregate, limit: int, bounds: Mapping[str, tuple[float, ...]]
) -> SensitivityParameters:
    low, high = (None, None)
    if aggregate.value is not None and aggregate.function in OF_VALUES:
        low, high = bounds[aggregate.value]
    users = 1 if aggregate.users else limit
    return SensitivityParameters(aggregate.function, aggregate.expression, users, low, high)
