"""Runs with noise: sample, clamp, sum, add discrete Gaussian noise; the query's rest sees released numbers only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from declarations.analysis_rules import AnalysisRuleAggregation
from simulator.execution import contribution_bounding as bounding
from simulator.execution.bias_report import bias_of
from simulator.execution.contribution_bounding import Clamp
from simulator.execution.engine import Column, Engine, Relation
from simulator.execution.errors import NotEnforceableError
from simulator.execution.grid import Grid, grid_of
from simulator.execution.identity_thresholds import threshold_of
from simulator.execution.noise_report import half_width, noise_of
from simulator.execution.noisy_values import Released, noisy_table
from simulator.execution.privacy_settings import PrivacySettings
from simulator.execution.private_query import NOISY, ROWS, PrivateAggregate, private_query
from simulator.execution.private_releases import (
    USERS,
    Statistic,
    fitted,
    limit_scales,
    statistics_of,
    together,
    user_count,
)
from simulator.execution.results import ColumnNoise, GroupThreshold, PrivacyReport
from simulator.execution.translation import to_duckdb
from simulator.execution.user_level import user_identifier
from simulator.execution.working_copy import WorkingCopy
from simulator.privacy.budget import Aggregation
from simulator.privacy.group_threshold import group_threshold
from simulator.privacy.rng import RandomSource
from simulator.privacy.sensitivity import (
    SensitivityParameters,
    contribution_histogram,
    estimate_bounds,
    estimate_contribution_limit,
    highest_histogram,
    lowest_histogram,
)

_OF_VALUES = (Aggregation.SUM, Aggregation.AVG, Aggregation.STDDEV)


class PrivateRun:
    """A query under differential privacy, ready to run once its budget is reserved and its tables are loaded.

    Args:
        copy: The working copy; its tree is not changed.
        settings: The budget template and the choices of the simulation.

    Raises:
        NotEnforceableError: The query is not of a shape whose privacy can be shown.
        NotTranslatableError: The engine has no equal for something in the query.
    """

    def __init__(self, copy: WorkingCopy, settings: PrivacySettings) -> None:
        _check_tables(copy, settings)
        self.settings = settings
        self.query = private_query(copy)
        self.dialect = copy.script.dialect
        self.rows_sql = to_duckdb(self.query.rows, self.dialect, copy.schema())
        self.rest_sql = to_duckdb(self.query.rest, self.dialect, {}, internal=[NOISY])
        self.exact_sql = to_duckdb(copy.tree, self.dialect, copy.schema())

    @property
    def counts_users_apart(self) -> bool:
        """True when the threshold on groups needs user counts that the query does not release anyway."""
        asked = bool(self.query.groups) and self.settings.protect_groups
        return asked and not any(aggregate.users for aggregate in self.query.aggregates)

    @property
    def units(self) -> int:
        """Budget units that the run is charged."""
        extra = self.counts_users_apart and self.settings.charge_group_threshold
        return self.settings.model.cost(aggregate.function for aggregate in self.query.aggregates) + int(extra)

    @property
    def charged_rho(self) -> Fraction:
        """The loss that is charged to the budget."""
        return self.units * self.settings.model.unit_rho(self.settings.users_noise_per_query)

    def answer(self, engine: Engine, source: RandomSource) -> tuple[Relation, PrivacyReport, tuple[str, ...]]:
        """Run the query on the loaded tables.

        Args:
            engine: Holds the tables, locked.
            source: Where all noise comes from.

        Returns:
            The answer, what was done to it, and the statements that the engine ran.

        Raises:
            QueryFailedError: The engine could not finish.
            NotEnforceableError: A sum or average is asked of values that are no numbers.
        """
        return _Execution(self, engine, source).answer()


@dataclass(slots=True)
class _Execution:
    """One execution of a run, step by step."""

    run: PrivateRun
    engine: Engine
    source: RandomSource

    def answer(self) -> tuple[Relation, PrivacyReport, tuple[str, ...]]:
        query = self.run.query
        grids, sampled_sql = self._sample()
        limit = self._contribution_limit()
        clamps = self._clamps(grids, limit)
        statistics = self._statistics(limit, clamps)
        exact, sums_sql = self._sums(statistics, limit)
        found = exact.plus(self._noise(statistics, len(exact.keys)))
        threshold, users = self._threshold(statistics)
        shown = found.reaching(users, threshold.users) if threshold else found
        columns, rows = noisy_table(shown, query.aggregates, clamps)
        self.engine.insert(NOISY, columns, rows)
        numbered = self.engine.query(self.run.rest_sql)
        report = PrivacyReport(
            units=self.run.units,
            rho=self._rho(),
            sensitivity_parameters=tuple(_parameters(each, limit, clamps) for each in query.aggregates),
            noise=self._noise_report(statistics, clamps, shown, numbered),
            bias=bias_of(
                self.engine,
                limit if self._limit_scales() else None,
                clamps,
                query.aggregates,
                (len(found.keys), len(shown.keys)),
            ),
            group_threshold=threshold,
            randomness=self.source.description,
        )
        statements = (self.run.rows_sql, sampled_sql, sums_sql, self.run.rest_sql)
        return _without_row_number(numbered), report, statements

    def _sample(self) -> tuple[dict[str, Grid], str]:
        """Number every user's rows at random; snap values to their grids."""
        query = self.run.query
        self.engine.create(ROWS, self.run.rows_sql)
        columns = self.engine.query(f"SELECT * FROM {ROWS} LIMIT 0").columns  # noqa: S608 - internal name
        types = {column.name: column.type for column in columns}
        grids = {
            each.value: grid_of(types[each.value], each.expression, self.run.settings.float_step)
            for each in query.aggregates
            if each.function in _OF_VALUES and each.value is not None
        }
        counted = {each.value: None for each in query.aggregates if each.function not in _OF_VALUES and each.value}
        sql = bounding.sampled_sql(ROWS, query.groups, grids, tuple(counted))
        self.engine.create(bounding.SAMPLED, sql)
        return grids, sql

    def _limit_scales(self) -> list[Fraction]:
        settings = self.run.settings
        return limit_scales(self.run.query.aggregates, settings.model, settings.users_noise_per_query)

    def _contribution_limit(self) -> int:
        """Estimate the limit, privately, with what all aggregates pay for one; 1 when only users are counted."""
        scales = self._limit_scales()
        if not scales:
            return 1
        rows, users = self._histogram(bounding.rows_per_user_sql())
        return estimate_contribution_limit(contribution_histogram(rows, users), together(scales), self.source)

    def _histogram(self, sql: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        pairs = np.array(self.engine.query(sql).rows, np.int64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]

    def _clamps(self, grids: Mapping[str, Grid], limit: int) -> dict[str, Clamp]:
        """Estimate the bounds of every value, privately, with what all aggregates of that value pay for them."""
        clamps: dict[str, Clamp] = {}
        for value, grid in grids.items():
            payers = [each for each in self.run.query.aggregates if each.value == value and each.function in _OF_VALUES]
            scale = together([self._scale(each) for each in payers])
            lowest = lowest_histogram(*self._histogram(bounding.extremes_sql(value, "min")))
            highest = highest_histogram(*self._histogram(bounding.extremes_sql(value, "max")))
            low, high = estimate_bounds(lowest, highest, scale, self.source)
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
        return found

    def _sums(self, statistics: list[Statistic], limit: int) -> tuple[Released, str]:
        groups = self.run.query.groups
        sql = bounding.bounded_sums_sql(
            groups,
            {statistic.name: statistic.sql for statistic in statistics},
            limit,
            one_user_a_group=self.run.settings.protect_groups,
        )
        sums = self.engine.query(sql)
        keys = tuple(row[: len(groups)] for row in sums.rows)
        totals = {statistic.name: [int(total) for total in sums.column(statistic.name)] for statistic in statistics}
        return Released(sums.columns[: len(groups)], keys, totals), sql

    def _noise(self, statistics: list[Statistic], size: int) -> dict[str, list[int]]:
        return {each.name: each.mechanism.sample((size,), self.source).tolist() for each in statistics}

    def _threshold(self, statistics: list[Statistic]) -> tuple[GroupThreshold | None, str]:
        settings = self.run.settings
        if not self.run.query.groups or not settings.protect_groups:
            return None, ""
        names = {each.name for each in self.run.query.aggregates if each.users} or {USERS}
        users = next(statistic for statistic in statistics if statistic.name in names)
        apart = settings.model.unit_rho(settings.users_noise_per_query) if self.run.counts_users_apart else Fraction(0)
        minimum = group_threshold(users.mechanism, settings.group_delta)
        return GroupThreshold(minimum, settings.group_delta, apart), users.name

    def _rho(self) -> Fraction:
        """The loss of every release of the run, charged or not."""
        settings = self.run.settings
        apart = self.run.counts_users_apart and not settings.charge_group_threshold
        return self.run.charged_rho + int(apart) * settings.model.unit_rho(settings.users_noise_per_query)

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
            self.run.query,
            shown,
            widths,
            lambda released: noisy_table(released, self.run.query.aggregates, clamps),
            lambda size: {name: each.sample((size,), self.source) for name, each in mechanisms.items()},
            numbered,
            self.run.dialect,
        )


def _check_tables(copy: WorkingCopy, settings: PrivacySettings) -> None:
    """One budget pays for one owner's tables, and minimums on other tables cannot be kept under noise."""
    for table in copy.script.tables().values():
        if user_identifier(table) and table.owner != settings.owner:
            raise NotEnforceableError(
                f"table {table.name!r} belongs to {table.owner}, but the budget is that of {settings.owner}"
            )
        if threshold_of(table) or isinstance(table.rule, AnalysisRuleAggregation):
            raise NotEnforceableError(
                f"table {table.name!r} has a minimum for every output row, which cannot be kept together with noise"
            )


def _parameters(aggregate: PrivateAggregate, limit: int, clamps: Mapping[str, Clamp]) -> SensitivityParameters:
    clamp = clamps.get(aggregate.name)
    low, high = (None, None) if clamp is None else (float(step * clamp.grid.step) for step in (clamp.low, clamp.high))
    users = 1 if aggregate.users else limit
    return SensitivityParameters(aggregate.function, aggregate.expression, users, low, high)


def _without_row_number(numbered: Relation) -> Relation:
    columns: tuple[Column, ...] = numbered.columns[:-1]
    return Relation(columns, tuple(row[:-1] for row in numbered.rows))
