"""A pilot run on sample rows: measures the size of groups, users' contributions, and the effect of bounding.

All results are exact statistics without noise: they are for the owner of the data only, and no release.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from declarations.plan import WantedAccuracy
from simulator.execution.engines.duckdb_engine import DuckDBEngine, quoted
from simulator.execution.engines.engine import Engine
from simulator.execution.loading.data import DataSource
from simulator.execution.loading.tables import load_tables
from simulator.execution.private.answer import private_answer
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.private.query import PrivateAggregate
from simulator.execution.private.run import PrivateRun
from simulator.execution.results import PrivacyReport
from simulator.execution.working_copy import SCHEMA, WorkingCopy
from simulator.plans.limits_at_noise import OF_VALUES, parameters_at_noises
from simulator.plans.pilot_statistics import ROWS, Statistics, measure
from simulator.plans.prices import private_run
from simulator.plans.query_accuracy import (
    ColumnAccuracy,
    Contribution,
    DeclaredNoise,
    Known,
    MeasuredGroups,
    column_accuracy,
    standard_deviation,
)
from simulator.privacy.budget import Aggregation
from simulator.privacy.rng import seeded
from simulator.privacy.sensitivity import SensitivityParameters
from simulator.request import AnalysisRequest
from simulator.table_rules import user_identifier

_SEED_BITS = 32
_NOTHING = 1e-9
"""A smaller relative difference is due to rounding."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The results of a pilot run for one aggregate function.

    Attributes:
        aggregate: The function.
        column: The output column that shows it alone; its text when none does.
        parameters: The sensitivity parameters that the run released.
        whole: Statistics of all rows.
        groups: Statistics of every group.
    """

    aggregate: PrivateAggregate
    column: str
    parameters: SensitivityParameters
    whole: Statistics
    groups: tuple[Statistics, ...]


@dataclass(frozen=True, slots=True)
class Pilot:
    """The results of a pilot run.

    Attributes:
        run: The prepared query, with the most restrictive settings of all owners.
        measured: One entry for each aggregate function.
        report: The report of the run; its bias is exact.
        at_noises: Noise in users to the sensitivity parameters that a run would find, one entry for each function.
        users: Number of users in the sample of each protected table, by lower-case SQL name.
    """

    run: PrivateRun
    measured: tuple[Measured, ...]
    report: PrivacyReport
    at_noises: Mapping[int, tuple[SensitivityParameters, ...]]
    users: dict[str, int]


def run_pilot(request: AnalysisRequest, data: DataSource, settings: Sequence[PrivacySettings], seed: int) -> Pilot:
    """Run a query once on sample rows, charging nothing, and measure its statistics.

    Args:
        request: The query.
        data: The sample rows.
        settings: The budget templates that apply to the query.
        seed: Seed of the pilot's sampling and noise; the pilot is no release.

    Raises:
        ExecutionError: The query cannot be run on these rows.
    """
    run, copy = private_run(request, settings)
    source = seeded(seed)
    with DuckDBEngine(reproducible=True) as engine:
        load_tables(copy, data, engine)
        engine.seed(int(source.integers(2**_SEED_BITS, 1)[0]) / 2**_SEED_BITS)
        _, report = private_answer(run, engine, source)
        users = _sample_users(engine, copy)
        number = "if(u IS NULL, NULL, count(*) OVER (PARTITION BY u)) AS n"
        engine.create(ROWS, f"SELECT *, {number} FROM ({run.rows_sql}) AS found", run.rows_scans)  # noqa: S608 - made by us
        at_noises = parameters_at_noises(run, engine, ROWS, source)
        return Pilot(run, _measure(engine, run, report), report, at_noises, users)


def _sample_users(engine: Engine, copy: WorkingCopy) -> dict[str, int]:
    found = {}
    for internal, table in copy.tables.items():
        identifier = user_identifier(table)
        if identifier is not None and identifier in copy.needed[table.name.lower()]:
            name = f"{quoted(SCHEMA)}.{quoted(internal)}"
            sql = f"SELECT count(DISTINCT {quoted(identifier)}) FROM {name}"  # noqa: S608 - quoted
            rows = engine.query(sql, {f"{SCHEMA}.{internal}"}).rows
            found[table.name.lower()] = int(rows[0][0])
    return found


def _measure(engine: Engine, run: PrivateRun, report: PrivacyReport) -> tuple[Measured, ...]:
    query = run.query
    names = output_columns(run)
    limit = max((each.user_contribution_limit for each in report.sensitivity_parameters), default=1)
    found = []
    for aggregate, parameters in zip(query.aggregates, report.sensitivity_parameters, strict=True):
        whole = measure(engine, aggregate, parameters, limit, ())
        found.append(
            Measured(
                aggregate,
                names.get(aggregate.name, f"{aggregate.function.value}({aggregate.expression})"),
                parameters,
                whole[0],
                measure(engine, aggregate, parameters, limit, query.groups) if query.groups else whole,
            )
        )
    return tuple(found)


def output_columns(run: PrivateRun) -> dict[str, str]:
    """Return the output column that shows each aggregate alone, by aggregate name."""
    from sqlglot import exp

    names: dict[str, str] = {}
    for item in run.query.rest.expressions[:-1]:
        bare = item.unalias().unnest()
        if isinstance(bare, exp.Column):
            names.setdefault(bare.name, item.alias_or_name)
    return names


def contribution_of(parameters: SensitivityParameters, statistics: Statistics, function: Aggregation) -> Contribution:
    """Return the contribution of users, from the released limits and from exact statistics of a group or all rows."""
    rows = max(statistics.values, 1) / max(statistics.users, 1)
    if function not in OF_VALUES:
        return Contribution(limit=parameters.user_contribution_limit, rows=rows)
    return Contribution(
        limit=parameters.user_contribution_limit,
        smallest=parameters.min_value or 0.0,
        largest=parameters.max_value or 0.0,
        rows=rows,
        mean=statistics.total / max(statistics.values, 1),
        deviation=statistics.deviation,
    )


def measured_accuracy(pilot: Pilot, wanted: WantedAccuracy, factors: tuple[float, float]) -> tuple[ColumnAccuracy, ...]:
    """Return the expected noise of every aggregate function, from what a pilot run measured.

    Args:
        pilot: The pilot run.
        wanted: The wanted error, and the group sizes to show.
        factors: How many real users one user of the sample represents, at the plan's start and end.
    """
    return tuple(_column(number, pilot, wanted, factors) for number, _ in enumerate(pilot.measured))


def _column(number: int, pilot: Pilot, wanted: WantedAccuracy, factors: tuple[float, float]) -> ColumnAccuracy:
    measured, settings = pilot.measured[number], pilot.run.settings
    accuracy = _accuracy(measured, measured.parameters, settings, settings.users_noise_per_query, wanted)
    others = {
        noise: _accuracy(measured, parameters[number], settings, noise, wanted).factor
        for noise, parameters in pilot.at_noises.items()
    }
    at_start, at_end = (
        [_relative(measured, group, settings, factor) for group in measured.groups] for factor in factors
    )
    function = measured.aggregate.function
    biases = [bias_share(group.exact, group.expected(function)) for group in measured.groups]
    groups = measured_groups(
        biases, (at_start, at_end), wanted.relative_error, [is_shown(pilot, measured.groups, each) for each in factors]
    )
    return replace(accuracy, factors_at=others, measured=groups)


def _accuracy(
    measured: Measured,
    parameters: SensitivityParameters,
    settings: PrivacySettings,
    users_noise: int,
    wanted: WantedAccuracy,
) -> ColumnAccuracy:
    aggregate = measured.aggregate
    exact = aggregate.users and aggregate.value is None
    return column_accuracy(
        measured.column,
        aggregate.function,
        (
            contribution_of(parameters, measured.whole, aggregate.function),
            Known.EXACT if exact else Known.PILOT,
        ),
        noise=DeclaredNoise(settings.model, users_noise),
        sizes=wanted.group_sizes,
        of_users=aggregate.users,
    )


def bias_share(exact: float | None, expected: float | None) -> float | None:
    """Return the relative bias of an expected number, below 0 if too small; None if the exact one is 0 or unknown."""
    if not exact or expected is None:
        return None
    share = (expected - exact) / abs(exact)
    return share if abs(share) > _NOTHING else 0.0


def is_shown(pilot: Pilot, groups: Sequence[Statistics], factor: float) -> list[bool]:
    """Return for every group whether it reaches the threshold, with *factor* real users for one of the sample."""
    threshold = pilot.report.group_threshold.users if pilot.report.group_threshold else 0
    return [group.present * factor >= threshold for group in groups]


def measured_groups(
    biases: Sequence[float | None],
    noises: tuple[Sequence[float], Sequence[float]],
    wanted: float,
    shown: Sequence[Sequence[bool]],
) -> MeasuredGroups:
    """Count the groups that are usable: shown, and with noise and bias that together are within the wanted error.

    Args:
        biases: Bias of every group, as a share of its value; None where it has none.
        noises: Relative half-width of the noise of every group, at the plan's start and end.
        wanted: The wanted relative error.
        shown: Whether every group is shown, at the plan's start and end.
    """
    start, end = (
        sum(
            is_visible and noise + abs(bias or 0.0) <= wanted
            for noise, bias, is_visible in zip(errors, biases, visible, strict=True)
        )
        for errors, visible in zip(noises, shown, strict=True)
    )
    known = [bias for bias, is_visible in zip(biases, shown[1], strict=True) if bias is not None and is_visible]
    return MeasuredGroups(
        len(biases), start, end, median(noises[0]) if biases else math.inf, median(known) if known else None
    )


def _relative(measured: Measured, group: Statistics, settings: PrivacySettings, factor: float) -> float:
    function = measured.aggregate.function
    value = group.exact_with(function, factor)
    if not value or not group.values:
        return math.inf
    deviation = standard_deviation(
        function,
        contribution_of(measured.parameters, group, function),
        noise=DeclaredNoise(settings.model, settings.users_noise_per_query),
        users=group.users * factor,
        of_users=measured.aggregate.users,
    )
    return float(settings.model.z) * deviation / abs(value)
