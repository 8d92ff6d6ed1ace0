"""The answer of a private run: sample, clamp, sum, add exact noise; the rest of the query sees released numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from simulator.execution.cell_bias import column_bias
from simulator.execution.cell_noise import NoisyAnswer, Redrawing, noise_of
from simulator.execution.engines.engine import Column, Engine, Relation
from simulator.execution.engines.engine_plan import bound_plan
from simulator.execution.errors import COULD_NOT_FINISH, QueryFailedError
from simulator.execution.one_row_oracles import refuse_one_row_oracles
from simulator.execution.private import contribution_bounding as bounding
from simulator.execution.private.bias_report import ExactGroups, Population, bias_of, exact_groups
from simulator.execution.private.contribution_bounding import Clamp, Sampling
from simulator.execution.private.noisy_values import approximate_values, noisy_table
from simulator.execution.private.query import NOISY, PrivateAggregate
from simulator.execution.private.releases import (
    USERS,
    Statistic,
    StatisticSource,
    fitted,
    half_width,
    limit_scales,
    statistics_of,
    together,
    user_count,
)
from simulator.execution.private.row_types import OF_VALUES
from simulator.execution.private.run import PrivateRun
from simulator.execution.released import Released
from simulator.execution.results import Bias, ColumnNoise, GroupThreshold, PrivacyReport
from simulator.execution.working_copy import SCHEMA
from simulator.privacy.budget import Aggregation
from simulator.privacy.group_threshold import ThresholdNoise, group_threshold
from simulator.privacy.rng import RandomSource
from simulator.privacy.sensitivity import (
    SensitivityParameters,
    estimate_bounds,
    estimate_contribution_limit,
    user_histogram,
)

_ORDERS = 2**63
"""Number of random orders of the rows."""


def private_answer(
    run: PrivateRun, engine: Engine, source: RandomSource, *, measures_bias: bool = False
) -> tuple[Relation, PrivacyReport]:
    """Run the query on the loaded tables.

    Args:
        run: The query under differential privacy, whose budgets are reserved.
        engine: Holds the tables, locked.
        source: Where all noise comes from.
        measures_bias: Compare every cell with the exact answer, for the owner of the data.

    Returns:
        The answer, and what was done to it.

    Raises:
        QueryFailedError: The engine could not finish.
        NotEnforceableError: The types of keys or values do not fit; see `PrivateRun.types`.
    """
    return Execution(run, engine, source, measures_bias).answer()


@dataclass(slots=True)
class Execution:
    """One execution of a run, step by step."""

    run: PrivateRun
    engine: Engine
    source: RandomSource
    measures_bias: bool = False
    kept: list[str] = field(default_factory=list)

    def answer(self) -> tuple[Relation, PrivacyReport]:
        """Take all steps; see `private_answer`."""
        run, query = self.run, self.run.query
        sampling = self._sampling()
        population = self._population(sampling)
        limit = self._contribution_limit(population)
        is_limited = self._sample(sampling, limit, population)
        clamps = self._clamps(sampling, limit)
        statistics = self._statistics(limit, clamps)
        self._sum(sampling, statistics, clamps, is_limited=is_limited)
        exact = self._exact(sampling, statistics)
        found = exact.plus(self._noise(statistics, len(exact.keys)))
        threshold, users = self._threshold(statistics)
        reached = found.reaching(users, threshold.users) if threshold else found
        shown = self._with_keys(sampling, reached)
        columns, rows = noisy_table(shown, query.aggregates, clamps)
        clamped = self._clamped(clamps)
        truth = exact_groups(run, self.engine, sampling) if self.measures_bias else None
        # Nothing but released numbers is left when the rest of the query runs.
        for name in self.kept:
            self.engine.drop(name)
        self.engine.insert(f"{SCHEMA}.{NOISY}", columns, rows)
        refuse_one_row_oracles(bound_plan(self.engine, run.rest_sql))
        numbered = self.engine.query(run.rest_sql, run.rest_scans)
        effective = limit if self._limit_scales() else None
        bias = bias_of(population, effective, clamped, (len(found.keys), len(shown.keys)))
        report = PrivacyReport(
            units=run.units,
            owners=tuple(each.owner for each in run.payers),
            users_noise=run.settings.users_noise_per_query,
            guarantee=run.guarantee(self.source),
            sensitivity_parameters=tuple(_parameters(each, limit, clamps) for each in query.aggregates),
            noise=self._noise_report(statistics, clamps, shown, numbered),
            bias=self._with_truth(
                bias,
                truth,
                self._noisy_answer(shown, numbered),
                exact.only([place for (place,) in reached.keys]),
                clamps,
            ),
            group_threshold=threshold,
        )
        return numbered.without_last_column(), report

    def _with_truth(
        self, bias: Bias, truth: ExactGroups | None, answer: NoisyAnswer, sums: Released, clamps: Mapping[str, Clamp]
    ) -> Bias:
        if truth is None:
            return bias
        return replace(
            bias,
            groups_not_drawn=truth.groups - bias.groups,
            users_in_several_groups=truth.users_in_several,
            rows_in_hidden_groups=bias.rows - truth.rows_shown,
            columns=column_bias(self.engine, answer, truth.values, self._without_noise(sums, clamps)),
        )

    def _without_noise(self, sums: Released, clamps: Mapping[str, Clamp]) -> dict[str, NDArray[np.float64]]:
        totals = {name: np.array(numbers, np.float64) for name, numbers in sums.totals.items()}
        return {
            each.name: approximate_values(each, clamps.get(each.name), totals) for each in self.run.query.aggregates
        }

    def _keep(self, name: str, sql: str, scans: Collection[str]) -> None:
        """Keep an internal table until the rest of the query is run."""
        self.engine.create(name, sql, scans)
        self.kept.append(name)

    def _population(self, sampling: Sampling) -> Population:
        """Find the users of the rows, and draw one row of each."""
        if sampling.numbered is None:
            self._keep(bounding.ROWS, sampling.rows_sql(self.run.rows_sql), self.run.rows_scans)
        ((rows,),) = self.engine.query(f"SELECT count(*) FROM {sampling.source}", sampling.scans).rows  # noqa: S608 - made by us
        if rows >= bounding.MOST_ROWS:
            raise QueryFailedError(COULD_NOT_FINISH, f"{rows:,} rows; allowed are less than {bounding.MOST_ROWS:,}")
        self._keep(bounding.USERS, sampling.users_sql(), sampling.scans)
        for drawn in (bounding.DRAWN, *(f"{bounding.DRAWN}_{value}" for value in sampling.conditions)):
            self._keep(drawn, sampling.drawn_sql(drawn), {bounding.USERS, *sampling.scans})
        pairs = self.engine.query(bounding.rows_per_user_sql(), {bounding.USERS}).rows
        return Population(int(rows), [(int(number), int(users)) for number, users in pairs])

    def _limit_scales(self) -> list[Fraction]:
        settings = self.run.settings
        return limit_scales(self.run.query.aggregates, settings.model, settings.users_noise_per_query)

    def _contribution_limit(self, population: Population) -> int:
        """Estimate the limit, privately, with what all aggregates pay for one; 1 when only users are counted."""
        scales = self._limit_scales()
        if not scales:
            return 1
        histogram = _histogram(population.rows_per_user)
        return estimate_contribution_limit(histogram, together(scales), self.source)

    def _sampling(self) -> Sampling:
        """Say which columns are kept, and on which grid each value lies: that of its type."""
        query, bits, types = self.run.query, self.source.integers(_ORDERS, 2), self.run.types(self.engine)
        return Sampling(
            keys=types.keys,
            grids=types.grids,
            counted=_names(
                value for each, value in query.with_values() if each.function not in OF_VALUES and not each.users
            ),
            conditions=_names(value for each, value in query.with_values() if each.users),
            numbered=self.run.numbered_sql,
            numbered_scans=self.run.rows_scans,
            drawing=int(bits[0]),
            keeping=int(bits[1]),
        )

    def _sample(self, sampling: Sampling, limit: int, population: Population) -> bool:
        """Choose among the rows of users who have too many; tell whether there are such users, and rows to sum."""
        above = population.rows_above(limit) if self._limit_scales() else 0
        if not above:
            return False
        self._keep(bounding.HEAVY, bounding.heavy_sql(limit), {bounding.USERS})
        first, *others = sampling.heavy_rows_sql(limit, above)
        scans = {bounding.HEAVY, *sampling.scans}
        self._keep(bounding.HEAVY_ROWS, first, scans)
        for statement in others:
            self.engine.append(bounding.HEAVY_ROWS, statement, scans)
        return True

    def _clamps(self, sampling: Sampling, limit: int) -> dict[str, Clamp]:
        """Estimate the bounds of every value, privately, with what all aggregates of that value pay for them."""
        clamps: dict[str, Clamp] = {}
        for value, grid in sampling.grids.items():
            payers = [each for each in self.run.query.aggregates if each.value == value and each.function in OF_VALUES]
            scale = together([self._scale(each) for each in payers])
            bins = self.engine.query(bounding.values_sql(value), {bounding.DRAWN}).rows
            histogram = _histogram([(int(sign) * 2**power, users) for sign, power, users in bins])
            low, high = estimate_bounds(histogram, scale, self.source)
            for each in payers:
                clamps[each.name] = fitted(Clamp(grid, low, high), each.function, limit, self._scale(each))
        return clamps

    def _scale(self, aggregate: PrivateAggregate) -> Fraction:
        return self.run.settings.model.noise_scale(aggregate.function, self.run.settings.users_noise_per_query)

    def _statistics(self, limit: int, clamps: Mapping[str, Clamp]) -> list[Statistic]:
        found = [
            statistic
            for each in self.run.query.aggregates
            for statistic in statistics_of(each, limit, clamps.get(each.name), self._scale(each))
        ]
        if self.run.counts_users_apart:
            settings = self.run.settings
            scale = settings.model.noise_scale(Aggregation.COUNT_DISTINCT, settings.users_noise_per_query)
            found.append(user_count(USERS, scale))
        cut = self.run.settings.group_delta if self.run.settings.threshold_noise is ThresholdNoise.TRUNCATED else None
        return [replace(each, cut=cut) if each.name == self.run.counted_for_threshold else each for each in found]

    def _sum(
        self, sampling: Sampling, statistics: list[Statistic], clamps: Mapping[str, Clamp], *, is_limited: bool
    ) -> None:
        """Sum over the kept rows, and count in the same pass what the clamps cut."""
        by_source = {
            source: {each.name: each.sql for each in statistics if each.source is source} for source in StatisticSource
        }
        outside = {
            _outside(value): f"sum(CAST(NOT {clamps[each.name].inside_sql(f'{value}_steps')} AS INTEGER))"
            for each, value in self.run.query.with_values()
            if each.name in clamps
        }
        sql = sampling.sums_sql(
            by_source[StatisticSource.ROWS] | outside,
            by_source[StatisticSource.DISTINCT_VALUES],
            by_source[StatisticSource.USERS],
            is_limited=is_limited,
        )
        self._keep(bounding.SUMS, sql, self._summed(sampling, is_limited=is_limited))

    def _summed(self, sampling: Sampling, *, is_limited: bool) -> set[str]:
        """Return the tables that `Sampling.sums_sql` may scan: the rows, those that are drawn of them, the sample."""
        drawn = {name for name in self.kept if name.startswith(bounding.DRAWN)}
        return {*sampling.scans, *drawn, *({bounding.HEAVY, bounding.HEAVY_ROWS} if is_limited else ())}

    def _exact(self, sampling: Sampling, statistics: list[Statistic]) -> Released:
        """Fetch what will get noise: the statistics of each group. A group goes by its place until it is shown."""
        names = [each.name for each in statistics]
        sql = sampling.released_sql(names, one_user_a_group=self.run.settings.protect_groups)
        self._keep(bounding.RELEASED, sql, {bounding.SUMS})
        sums = self.engine.query(bounding.totals_sql(names), {bounding.RELEASED})
        totals = {name: [int(total) for total in sums.column(name)] for name in names}
        return Released((Column(bounding.PLACE, "BIGINT"),), tuple((place,) for place in range(len(sums.rows))), totals)

    def _with_keys(self, sampling: Sampling, shown: Released) -> Released:
        """Fetch the keys of the groups that are shown, and of no other."""
        if not sampling.groups:
            return replace(shown, key_columns=(), keys=((),) * len(shown.keys))
        self.engine.insert(bounding.SHOWN, shown.key_columns, shown.keys)
        self.kept.append(bounding.SHOWN)
        keys = self.engine.query(sampling.shown_sql(), {bounding.RELEASED, bounding.SHOWN})
        return replace(shown, key_columns=keys.columns, keys=keys.rows)

    def _clamped(self, clamps: Mapping[str, Clamp]) -> dict[str, int]:
        clamped = [(each, value) for each, value in self.run.query.with_values() if each.name in clamps]
        if not clamped:
            return {}
        items = ", ".join(f"sum({_outside(value)})" for _, value in clamped)
        (row,) = self.engine.query(f"SELECT {items} FROM {bounding.SUMS}", {bounding.SUMS}).rows  # noqa: S608 - internal names only
        names = [f"{each.function.value}({each.expression})" for each, _ in clamped]
        return {name: int(count or 0) for name, count in zip(names, row, strict=True)}

    def _noise(self, statistics: list[Statistic], size: int) -> dict[str, list[int]]:
        return {each.name: each.mechanism.sample((size,), self.source).tolist() for each in statistics}

    def _threshold(self, statistics: list[Statistic]) -> tuple[GroupThreshold | None, str]:
        settings = self.run.settings
        if self.run.counted_for_threshold is None:
            return None, ""
        users = next(statistic for statistic in statistics if statistic.name == self.run.counted_for_threshold)
        apart = settings.model.unit_rho(settings.users_noise_per_query) if self.run.counts_users_apart else Fraction(0)
        minimum = group_threshold(users.mechanism, settings.group_delta)
        return GroupThreshold(minimum, settings.group_delta, apart), users.name

    def _noise_report(
        self, statistics: list[Statistic], clamps: Mapping[str, Clamp], shown: Released, numbered: Relation
    ) -> tuple[ColumnNoise, ...]:
        mechanisms = {statistic.name: statistic.mechanism for statistic in statistics}
        widths: dict[str, list[float | None]] = {}
        for each in self.run.query.aggregates:
            clamp = clamps.get(each.name)
            if clamp is None:
                widths[each.name] = [half_width(mechanisms[each.name], None, 1)] * (len(shown.keys) or 1)
            elif each.function is Aggregation.SUM:
                width = half_width(mechanisms[f"{each.name}_sum"], clamp.grid, clamp.factor)
                widths[each.name] = [width] * (len(shown.keys) or 1)
        redrawing = Redrawing(
            noisy=lambda totals: {
                name: totals[name] + each.sample(totals[name].shape, self.source) for name, each in mechanisms.items()
            },
            values=lambda totals: {
                each.name: approximate_values(each, clamps.get(each.name), totals) for each in self.run.query.aggregates
            },
        )
        return noise_of(self.engine, self._noisy_answer(shown, numbered), widths, redrawing)

    def _noisy_answer(self, shown: Released, numbered: Relation) -> NoisyAnswer:
        names = tuple(each.name for each in self.run.query.aggregates)
        return NoisyAnswer(self.run.query.rest, self.run.dialect, names, shown, numbered)


def _outside(value: str) -> str:
    return f"outside_{value}"


def _names(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple({value: None for value in values if value is not None})


def _histogram(pairs: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    columns = np.array(pairs, np.int64).reshape(-1, 2)
    return user_histogram(columns[:, 0], columns[:, 1])


def _parameters(aggregate: PrivateAggregate, limit: int, clamps: Mapping[str, Clamp]) -> SensitivityParameters:
    clamp = clamps.get(aggregate.name)
    low, high = (None, None) if clamp is None else (float(step * clamp.grid.step) for step in (clamp.low, clamp.high))
    users = 1 if aggregate.users else limit
    return SensitivityParameters(aggregate.function, aggregate.expression, users, low, high)
