"""The statistics of each group over the sampled rows, their noise, and which groups may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from simulator.execution.engines.engine import Column, Engine
from simulator.execution.private import contribution_bounding as bounding
from simulator.execution.private.contributions import Contributions
from simulator.execution.private.internal_tables import InternalTables
from simulator.execution.private.releases import USERS, Statistic, StatisticSource, statistics_of, user_count
from simulator.execution.private.run import PrivateRun
from simulator.execution.released import Released
from simulator.execution.results import GroupThreshold
from simulator.privacy.budget import Aggregation
from simulator.privacy.group_threshold import ThresholdNoise, group_threshold
from simulator.privacy.rng import RandomSource


@dataclass(frozen=True, slots=True)
class NoisySums:
    """The statistics of a run. A group is identified by its row number; its keys stay in the engine.

    Attributes:
        statistics: What is summed, with its noise.
        exact: Every group before noise, for the owner's reports alone.
        reached: The groups that reach the threshold, with noise; all groups when there is none.
        threshold: The threshold on groups; None without one.
        values_clamped: Aggregate expression to the number of kept values outside its bounds, exactly.
    """

    statistics: tuple[Statistic, ...]
    exact: Released
    reached: Released
    threshold: GroupThreshold | None
    values_clamped: dict[str, int]

    @property
    def reached_exactly(self) -> Released:
        """The groups that reach the threshold, before noise."""
        return self.exact.only([place for (place,) in self.reached.keys])


def noisy_sums(
    run: PrivateRun, tables: InternalTables, contributions: Contributions, source: RandomSource
) -> NoisySums:
    """Sum over the sampled rows, and add noise.

    Args:
        run: The query.
        tables: Receives the sums, among them `RELEASED`, with the keys.
        contributions: The bounds on what a user contributes.
        source: Where the noise comes from.

    Raises:
        QueryFailedError: The engine could not finish.
    """
    statistics = _statistics(run, contributions)
    _sum(run, tables, contributions, statistics)
    exact = _exact(run, tables, contributions, statistics)
    noisy = exact.plus(fresh_noise(statistics, len(exact.keys), source))
    threshold, users = _threshold(run, statistics)
    reached = noisy.reaching(users, threshold.users) if threshold else noisy
    return NoisySums(statistics, exact, reached, threshold, _values_clamped(run, tables.engine, contributions))


def fresh_noise(statistics: Sequence[Statistic], groups: int, source: RandomSource) -> dict[str, list[int]]:
    """Draw the noise of every statistic: its name to one number per group."""
    return {each.name: each.mechanism.sample((groups,), source).tolist() for each in statistics}


def _statistics(run: PrivateRun, contributions: Contributions) -> tuple[Statistic, ...]:
    settings, rows = run.settings, contributions.rows_per_user
    found = [
        statistic
        for each in run.query.aggregates
        for statistic in statistics_of(
            each, rows, contributions.clamps.get(each.name), settings.noise_scale(each.function)
        )
    ]
    if run.counts_users_apart:
        found.append(user_count(USERS, settings.noise_scale(Aggregation.COUNT_DISTINCT)))
    cut = settings.group_delta if settings.threshold_noise is ThresholdNoise.TRUNCATED else None
    return tuple(replace(each, cut=cut) if each.name == run.counted_for_threshold else each for each in found)


def _sum(
    run: PrivateRun, tables: InternalTables, contributions: Contributions, statistics: Sequence[Statistic]
) -> None:
    """Sum over the kept rows, and count the clamped values in the same pass."""
    sampling, clamps = contributions.sampling, contributions.clamps
    by_source = {
        source: {each.name: each.sql for each in statistics if each.source is source} for source in StatisticSource
    }
    outside = {
        _outside(value): f"sum(CAST(NOT {clamps[each.name].inside_sql(f'{value}_steps')} AS INTEGER))"
        for each, value in run.query.with_values()
        if each.name in clamps
    }
    sql = sampling.sums_sql(
        by_source[StatisticSource.ROWS] | outside,
        by_source[StatisticSource.DISTINCT_VALUES],
        by_source[StatisticSource.USERS],
        is_limited=contributions.is_limited,
    )
    sampled = {bounding.HEAVY, bounding.HEAVY_ROWS} if contributions.is_limited else set()
    tables.create(bounding.SUMS, sql, {bounding.ROWS, *sampling.drawn, *sampled})


def _exact(
    run: PrivateRun, tables: InternalTables, contributions: Contributions, statistics: Sequence[Statistic]
) -> Released:
    """Fetch the exact numbers that will get noise."""
    names = [each.name for each in statistics]
    sql = contributions.sampling.released_sql(names, one_user_a_group=run.settings.protect_groups)
    tables.create(bounding.RELEASED, sql, {bounding.SUMS})
    sums = tables.engine.query(bounding.totals_sql(names), {bounding.RELEASED})
    totals = {name: [int(total) for total in sums.column(name)] for name in names}
    return Released((Column(bounding.PLACE, "BIGINT"),), tuple((place,) for place in range(len(sums.rows))), totals)


def _threshold(run: PrivateRun, statistics: Sequence[Statistic]) -> tuple[GroupThreshold | None, str]:
    """Return the threshold, if any, and the name of the user count that must reach it."""
    settings = run.settings
    if run.counted_for_threshold is None:
        return None, ""
    users = next(statistic for statistic in statistics if statistic.name == run.counted_for_threshold)
    apart = settings.model.unit_rho(settings.users_noise_per_query) if run.counts_users_apart else Fraction(0)
    minimum = group_threshold(users.mechanism, settings.group_delta)
    return GroupThreshold(minimum, settings.group_delta, apart), users.name


def _values_clamped(run: PrivateRun, engine: Engine, contributions: Contributions) -> dict[str, int]:
    clamped = [(each, value) for each, value in run.query.with_values() if each.name in contributions.clamps]
    if not clamped:
        return {}
    items = ", ".join(f"sum({_outside(value)})" for _, value in clamped)
    (row,) = engine.query(f"SELECT {items} FROM {bounding.SUMS}", {bounding.SUMS}).rows  # noqa: S608 - internal names only
    names = [f"{each.function.value}({each.expression})" for each, _ in clamped]
    return {name: int(count or 0) for name, count in zip(names, row, strict=True)}


def _outside(value: str) -> str:
    return f"outside_{value}"
