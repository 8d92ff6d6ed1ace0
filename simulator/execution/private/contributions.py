"""How much each user may contribute to an answer: the number of rows, and the bounds of their values.

Both are estimated privately from the rows: each estimate is a release of its own, charged to the aggregates that use
it. See `contribution_bounding` for the SQL, and for the proof of the sensitivities.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.execution.engines.engine import Engine
from simulator.execution.errors import COULD_NOT_FINISH, QueryFailedError
from simulator.execution.private import contribution_bounding as bounding
from simulator.execution.private.bias_report import Population
from simulator.execution.private.contribution_bounding import Clamp, Sampling
from simulator.execution.private.internal_tables import InternalTables
from simulator.execution.private.releases import combined_scale, fit_to_sampler, limit_scales
from simulator.execution.private.row_types import OF_VALUES
from simulator.execution.private.run import PrivateRun
from simulator.privacy.rng import RandomSource
from simulator.privacy.sensitivity import estimate_bounds, estimate_contribution_limit, user_histogram

_ORDERS = 2**63
"""Number of random orders of the rows."""


@dataclass(frozen=True, slots=True)
class Contributions:
    """The bounds of a run.

    Attributes:
        sampling: Which columns the rows have, and in which order a user's rows are drawn.
        population: The rows before sampling, and how they are distributed over users.
        limit: Contribution limit, in rows; None when only users are counted, which needs none.
        is_limited: Whether some user has more rows than the limit, so that there is a table `HEAVY_ROWS`.
        clamps: Aggregate name to the bounds of its value; without an entry for counts.
    """

    sampling: Sampling
    population: Population
    limit: int | None
    is_limited: bool
    clamps: Mapping[str, Clamp]

    @property
    def rows_per_user(self) -> int:
        """The most rows of one user that count; 1 when only users are counted."""
        return self.limit or 1


def bounded_contributions(run: PrivateRun, tables: InternalTables, source: RandomSource) -> Contributions:
    """Find the users of the rows, draw rows of each, and estimate the bounds.

    Args:
        run: The query.
        tables: Receives the tables of users, of drawn rows, and of the rows of users above the limit.
        source: Where the random order of the rows and all noise come from.

    Raises:
        QueryFailedError: The engine could not finish, or there are `MOST_ROWS` rows or more.
        NotEnforceableError: The types of keys or values do not fit; see `PrivateRun.types`.
    """
    sampling = _sampling(run, tables.engine, source)
    population = _population(run, tables, sampling)
    limit = _limit(run, population, source)
    is_limited = limit is not None and _sample(tables, sampling, limit, population)
    clamps = _clamps(run, tables.engine, sampling, limit or 1, source)
    return Contributions(sampling, population, limit, is_limited, clamps)


def _sampling(run: PrivateRun, engine: Engine, source: RandomSource) -> Sampling:
    """Return which columns are kept, and the grid of each value, which follows from its type."""
    query, bits, types = run.query, source.integers(_ORDERS, 2), run.types(engine)
    return Sampling(
        keys=types.keys,
        grids=types.grids,
        counted=_distinct(
            value for each, value in query.with_values() if each.function not in OF_VALUES and not each.users
        ),
        conditions=_distinct(value for each, value in query.with_values() if each.users),
        drawing=int(bits[0]),
        keeping=int(bits[1]),
    )


def _population(run: PrivateRun, tables: InternalTables, sampling: Sampling) -> Population:
    """Find the users of the rows, and draw one row of each."""
    if run.numbered_sql is None:
        tables.create(bounding.KEPT_ROWS, sampling.rows_sql(run.rows_sql), run.rows_scans)
        tables.define(bounding.ROWS, bounding.numbered_sql(), {bounding.KEPT_ROWS})
    else:
        tables.define(bounding.ROWS, sampling.rows_sql(run.numbered_sql, bounding.NUMBER), run.rows_scans)
    ((rows,),) = tables.engine.query(bounding.count_sql(), {bounding.ROWS}).rows
    if rows >= bounding.MOST_ROWS:
        raise QueryFailedError(COULD_NOT_FINISH, f"{rows:,} rows; allowed are less than {bounding.MOST_ROWS:,}")
    tables.create(bounding.USERS, sampling.users_sql(), {bounding.ROWS})
    for drawn in sampling.drawn:
        tables.create(drawn, sampling.drawn_sql(drawn), {bounding.USERS, bounding.ROWS})
    pairs = tables.engine.query(bounding.rows_per_user_sql(), {bounding.USERS}).rows
    return Population(int(rows), [(int(number), int(users)) for number, users in pairs])


def _limit(run: PrivateRun, population: Population, source: RandomSource) -> int | None:
    """Estimate the limit privately, with the combined budget of all aggregates that need one."""
    settings = run.settings
    scales = limit_scales(run.query.aggregates, settings.model, settings.users_noise_per_query)
    if not scales:
        return None
    return estimate_contribution_limit(_histogram(population.rows_per_user), combined_scale(scales), source)


def _sample(tables: InternalTables, sampling: Sampling, limit: int, population: Population) -> bool:
    """Sample the rows of users above the limit; return whether there are such users."""
    above = population.rows_above(limit)
    if not above:
        return False
    tables.create(bounding.HEAVY, bounding.heavy_sql(limit), {bounding.USERS})
    first, *others = sampling.heavy_rows_sql(limit, above)
    scans = {bounding.HEAVY, bounding.ROWS}
    tables.create(bounding.HEAVY_ROWS, first, scans)
    for statement in others:
        tables.engine.append(bounding.HEAVY_ROWS, statement, scans)
    return True


def _clamps(run: PrivateRun, engine: Engine, sampling: Sampling, limit: int, source: RandomSource) -> dict[str, Clamp]:
    """Estimate the bounds of every value privately, with the combined budget of all aggregates of that value."""
    clamps: dict[str, Clamp] = {}
    for value, grid in sampling.grids.items():
        payers = [each for each in run.query.aggregates if each.value == value and each.function in OF_VALUES]
        scales = {each.name: run.settings.noise_scale(each.function) for each in payers}
        bins = engine.query(bounding.values_sql(value), {bounding.DRAWN}).rows
        histogram = _histogram([(int(sign) * 2**power, users) for sign, power, users in bins])
        low, high = estimate_bounds(histogram, combined_scale(list(scales.values())), source)
        for each in payers:
            clamps[each.name] = fit_to_sampler(Clamp(grid, low, high), each.function, limit, scales[each.name])
    return clamps


def _histogram(pairs: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    columns = np.array(pairs, np.int64).reshape(-1, 2)
    return user_histogram(columns[:, 0], columns[:, 1])


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
