"""The answer of a private run: sample, clamp, sum, add exact noise; the rest of the query sees released numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from simulator.execution import contribution_bounding as bounding
from simulator.execution.bias_report import Population, bias_of
from simulator.execution.contribution_bounding import Clamp, Sampling
from simulator.execution.engine import Column, Engine, Relation
from simulator.execution.errors import COULD_NOT_FINISH, QueryFailedError
from simulator.execution.noise_report import half_width, noise_of
from simulator.execution.noisy_values import Released, approximate_values, noisy_table
from simulator.execution.private_query import NOISY, PrivateAggregate
from simulator.execution.private_releases import (
    USERS,
    Source,
    Statistic,
    fitted,
    limit_scales,
    statistics_of,
    together,
    user_count,
)
from simulator.execution.private_run import PrivateRun
from simulator.execution.results import ColumnNoise, GroupThreshold, PrivacyReport
from simulator.execution.row_types import OF_VALUES
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
    run: PrivateRun, engine: Engine, source: RandomSource
) -> tuple[Relation, PrivacyReport, tuple[str, ...]]:
    """Run the query on the loaded tables.

    Args:
        run: The query under differential privacy, whose budgets are reserved.
        engine: Holds the tables, locked.
        source: Where all noise comes from.

    Returns:
        The answer, what was done to it, and the statements that the engine ran, without their random bits.

    Raises:
        QueryFailedError: The engine could not finish.
        NotEnforceableError: The types of keys or values do not fit; see `PrivateRun.types`.
    """
    return Execution(run, engine, source).answer()


@dataclass(slots=True)
class Execution:
    """One execution of a run, step by step."""

    run: PrivateRun
    engine: Engine
    source: RandomSource
    kept: list[str] = field(default_factory=list)

    def answer(self) -> tuple[Relation, PrivacyReport, tuple[str, ...]]:
        """Take all steps; see `private_answer`."""
        run, query = self.run, self.run.query
        sampling = self._sampling()
        population = self._population(sampling)
        limit = self._contribution_limit(population)
        sampled_sql = self._sample(sampling, limit, population)
        clamps = self._clamps(sampling, limit)
        statistics = self._statistics(limit, clamps)
        sums_sql = self._sum(sampling, statistics, clamps, is_limited=bool(sampled_sql))
        exact, released_sql = self._exact(sampling, statistics)
        found = exact.plus(self._noise(statistics, len(exact.keys)))
        threshold, users = self._threshold(statistics)
        shown = self._with_keys(sampling, found.reaching(users, threshold.users) if threshold else found)
        columns, rows = noisy_table(shown, query.aggregates, clamps)
        self.engine.insert(NOISY, columns, rows)
        numbered = self.engine.query(run.rest_sql)
        effective = limit if self._limit_scales() else None
        report = PrivacyReport(
            units=run.units,
            owners=tuple(each.owner for each in run.payers),
            users_noise=run.settings.users_noise_per_query,
            rho=run.loss.rho,
            guarantee=run.guarantee(self.source),
            sensitivity_parameters=tuple(_parameters(each, limit, clamps) for each in query.aggregates),
            noise=self._noise_report(statistics, clamps, shown, numbered),
            bias=bias_of(population, effective, self._clamped(clamps), (len(found.keys), len(shown.keys))),
            group_threshold=threshold,
            randomness=self.source.description,
        )
        for name in self.kept:
            self.engine.drop(name)
        hidden = (sql.replace(str(sampling.keeping), "...") for sql in sampled_sql)
        statements = (run.rows_sql, *hidden, sums_sql, released_sql, run.rest_sql)
        return _without_row_number(numbered), report, statements

    def _keep(self, name: str, sql: str) -> None:
        """Keep an internal table until the end of the run."""
        self.engine.create(name, sql)
        self.kept.append(name)

    def _population(self, sampling: Sampling) -> Population:
        """Find the users of the rows, and draw one row of each."""
        if sampling.numbered is None:
            self._keep(bounding.ROWS, sampling.rows_sql(self.run.rows_sql))
        ((rows,),) = self.engine.query(f"SELECT count(*) FROM {sampling.source}").rows  # noqa: S608 - made by us
        if rows >= bounding.MOST_ROWS:
            raise QueryFailedError(COULD_NOT_FINISH, f"{rows:,} rows; allowed are less than {bounding.MOST_ROWS:,}")
        self._keep(bounding.USERS, sampling.users_sql())
        for drawn in (bounding.DRAWN, *(f"{bounding.DRAWN}_{value}" for value in sampling.conditions)):
            self._keep(drawn, sampling.drawn_sql(drawn))
        pairs = self.engine.query(bounding.rows_per_user_sql()).rows
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
            drawing=int(bits[0]),
            keeping=int(bits[1]),
        )

    def _sample(self, sampling: Sampling, limit: int, population: Population) -> tuple[str, ...]:
        """Choose among the rows of users who have too many; without such users, or rows to sum, nothing is to do."""
        above = population.rows_above(limit) if self._limit_scales() else 0
        if not above:
            return ()
        self._keep(bounding.HEAVY, bounding.heavy_sql(limit))
        first, *others = sampling.heavy_rows_sql(limit, above)
        self._keep(bounding.HEAVY_ROWS, first)
        for statement in others:
            self.engine.append(bounding.HEAVY_ROWS, statement)
        return (first, *others)

    def _clamps(self, sampling: Sampling, limit: int) -> dict[str, Clamp]:
        """Estimate the bounds of every value, privately, with what all aggregates of that value pay for them."""
        clamps: dict[str, Clamp] = {}
        for value, grid in sampling.grids.items():
            payers = [each for each in self.run.query.aggregates if each.value == value and each.function in OF_VALUES]
            scale = together([self._scale(each) for each in payers])
            bins = self.engine.query(bounding.values_sql(value)).rows
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
    ) -> str:
        """Sum over the kept rows, and count in the same pass what the clamps cut; return the statement."""
        by_source = {source: {each.name: each.sql for each in statistics if each.source is source} for source in Source}
        outside = {
            _outside(value): f"sum(CAST(NOT {clamps[each.name].inside_sql(f'{value}_steps')} AS INTEGER))"
            for each, value in self.run.query.with_values()
            if each.name in clamps
        }
        sql = sampling.sums_sql(
            by_source[Source.ROWS] | outside,
            by_source[Source.DISTINCT_VALUES],
            by_source[Source.USERS],
            is_limited=is_limited,
        )
        self._keep(bounding.SUMS, sql)
        return sql

    def _exact(self, sampling: Sampling, statistics: list[Statistic]) -> tuple[Released, str]:
        """Fetch what will get noise: the statistics of each group. A group goes by its place until it is shown."""
        names = [each.name for each in statistics]
        sql = sampling.released_sql(names, one_user_a_group=self.run.settings.protect_groups)
        self._keep(bounding.RELEASED, sql)
        sums = self.engine.query(bounding.totals_sql(names))
        totals = {name: [int(total) for total in sums.column(name)] for name in names}
        return Released(
            (Column(bounding.PLACE, "BIGINT"),), tuple((place,) for place in range(len(sums.rows))), totals
        ), sql

    def _with_keys(self, sampling: Sampling, shown: Released) -> Released:
        """Fetch the keys of the groups that are shown, and of no other."""
        if not sampling.groups:
            return replace(shown, key_columns=(), keys=((),) * len(shown.keys))
        self.engine.insert(bounding.SHOWN, shown.key_columns, shown.keys)
        self.kept.append(bounding.SHOWN)
        keys = self.engine.query(sampling.shown_sql())
        return replace(shown, key_columns=keys.columns, keys=keys.rows)

    def _clamped(self, clamps: Mapping[str, Clamp]) -> dict[str, int]:
        clamped = [(each, value) for each, value in self.run.query.with_values() if each.name in clamps]
        if not clamped:
            return {}
        items = ", ".join(f"sum({_outside(value)})" for _, value in clamped)
        (row,) = self.engine.query(f"SELECT {items} FROM {bounding.SUMS}").rows  # noqa: S608 - internal names only
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
        widths: dict[str, float] = {}
        for each in self.run.query.aggregates:
            clamp = clamps.get(each.name)
            if clamp is None:
                widths[each.name] = half_width(mechanisms[each.name], None, 1)
            elif each.function is Aggregation.SUM:
                widths[each.name] = half_width(mechanisms[f"{each.name}_sum"], clamp.grid, clamp.factor)
        return noise_of(
            self.engine,
            self.run,
            shown,
            widths,
            lambda totals: {
                each.name: approximate_values(each, clamps.get(each.name), totals) for each in self.run.query.aggregates
            },
            lambda size: {name: each.sample((size,), self.source) for name, each in mechanisms.items()},
            numbered,
        )


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


def _without_row_number(numbered: Relation) -> Relation:
    columns: tuple[Column, ...] = numbered.columns[:-1]
    return Relation(columns, tuple(row[:-1] for row in numbered.rows))
