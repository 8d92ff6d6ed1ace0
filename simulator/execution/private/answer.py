"""The answer of a private run: bound contributions, sum, add exact noise; the rest of the query sees noisy numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from simulator.execution.cell_bias import column_bias
from simulator.execution.cell_noise import NoisyAnswer, Redrawing, noise_of
from simulator.execution.engines.engine import Engine, Relation
from simulator.execution.engines.engine_plan import bound_plan
from simulator.execution.one_row_oracles import refuse_one_row_oracles
from simulator.execution.private import contribution_bounding as bounding
from simulator.execution.private.bias_report import ExactGroups, bias_of, exact_groups
from simulator.execution.private.contribution_bounding import Clamp
from simulator.execution.private.contributions import Contributions, bounded_contributions
from simulator.execution.private.internal_tables import InternalTables
from simulator.execution.private.noisy_sums import NoisySums, noisy_sums
from simulator.execution.private.noisy_values import approximate_values, noisy_table, shown_values
from simulator.execution.private.query import NOISY, PrivateAggregate
from simulator.execution.private.releases import half_width
from simulator.execution.private.run import PrivateRun
from simulator.execution.released import Released
from simulator.execution.results import Bias, ColumnNoise, PrivacyReport
from simulator.execution.working_copy import SCHEMA
from simulator.privacy.budget import Aggregation
from simulator.privacy.rng import RandomSource
from simulator.privacy.sensitivity import SensitivityParameters


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
    tables = InternalTables(engine)
    contributions = bounded_contributions(run, tables, source)
    sums = noisy_sums(run, tables, contributions, source)
    shown = _with_keys(tables, contributions, sums.reached)
    truth = exact_groups(run, engine, contributions.sampling) if measures_bias else None
    # Nothing but noisy numbers is left when the rest of the query runs.
    tables.drop()
    numbered = _rest(run, engine, contributions, shown)
    answer = NoisyAnswer(
        run.query.rest, run.dialect, tuple(each.name for each in run.query.aggregates), shown, numbered
    )
    report = PrivacyReport(
        units=run.units,
        owners=tuple(each.owner for each in run.payers),
        users_noise=run.settings.users_noise_per_query,
        guarantee=run.guarantee(source),
        sensitivity_parameters=tuple(_parameters(each, contributions) for each in run.query.aggregates),
        noise=_noise(run, engine, source, contributions, sums, answer),
        bias=_bias(run, engine, contributions, sums, answer, truth),
        group_threshold=sums.threshold,
    )
    return numbered.without_last_column(), report


def _with_keys(tables: InternalTables, contributions: Contributions, reached: Released) -> Released:
    """Fetch the keys of the groups that are shown, and of no other."""
    sampling = contributions.sampling
    if not sampling.groups:
        return replace(reached, key_columns=(), keys=((),) * len(reached.keys))
    tables.insert(bounding.SHOWN, reached.key_columns, reached.keys)
    keys = tables.engine.query(sampling.shown_sql(), {bounding.RELEASED, bounding.SHOWN})
    return replace(reached, key_columns=keys.columns, keys=keys.rows)


def _rest(run: PrivateRun, engine: Engine, contributions: Contributions, shown: Released) -> Relation:
    """Run the rest of the query on the noisy numbers; the last column is the index of the group."""
    engine.insert(f"{SCHEMA}.{NOISY}", *noisy_table(shown, run.query.aggregates, contributions.clamps))
    refuse_one_row_oracles(bound_plan(engine, run.rest_sql))
    return engine.query(run.rest_sql, run.rest_scans)


def _parameters(aggregate: PrivateAggregate, contributions: Contributions) -> SensitivityParameters:
    clamp = contributions.clamps.get(aggregate.name)
    low, high = (None, None) if clamp is None else (float(step * clamp.grid.step) for step in (clamp.low, clamp.high))
    rows = 1 if aggregate.users else contributions.rows_per_user
    return SensitivityParameters(aggregate.function, aggregate.expression, rows, low, high)


def _noise(
    run: PrivateRun,
    engine: Engine,
    source: RandomSource,
    contributions: Contributions,
    sums: NoisySums,
    answer: NoisyAnswer,
) -> tuple[ColumnNoise, ...]:
    mechanisms = {statistic.name: statistic.mechanism for statistic in sums.statistics}
    groups = len(answer.released.keys) or 1
    widths: dict[str, list[float | None]] = {}
    for each in run.query.aggregates:
        clamp = contributions.clamps.get(each.name)
        if clamp is None:
            widths[each.name] = [half_width(mechanisms[each.name], None, 1)] * groups
        elif each.function is Aggregation.SUM:
            widths[each.name] = [half_width(mechanisms[f"{each.name}_sum"], clamp.grid, clamp.factor)] * groups
    redrawing = Redrawing(
        noisy=lambda totals: {
            name: totals[name] + each.sample(totals[name].shape, source) for name, each in mechanisms.items()
        },
        values=lambda totals: _values(run, contributions.clamps, totals),
    )
    return noise_of(engine, answer, widths, redrawing)


def _bias(
    run: PrivateRun,
    engine: Engine,
    contributions: Contributions,
    sums: NoisySums,
    answer: NoisyAnswer,
    truth: ExactGroups | None,
) -> Bias:
    """Count what bounding removed; if the exact answer is known, also compare every cell with it."""
    groups = (len(sums.exact.keys), len(sums.reached.keys))
    bias = bias_of(contributions.population, contributions.limit, sums.values_clamped, groups)
    if truth is None:
        return bias
    totals = {name: np.array(numbers, np.float64) for name, numbers in sums.reached_exactly.totals.items()}
    without_noise = shown_values(run.query.aggregates, _values(run, contributions.clamps, totals))
    return replace(
        bias,
        groups_not_drawn=truth.groups - bias.groups,
        users_in_several_groups=truth.users_in_several,
        rows_in_hidden_groups=bias.rows - truth.rows_shown,
        columns=column_bias(engine, answer, truth.values, without_noise),
    )


def _values(
    run: PrivateRun, clamps: Mapping[str, Clamp], totals: Mapping[str, NDArray[np.float64]]
) -> dict[str, NDArray[np.float64]]:
    """Return the approximate values of all aggregates, from their statistics."""
    return {each.name: approximate_values(each, clamps.get(each.name), totals) for each in run.query.aggregates}
