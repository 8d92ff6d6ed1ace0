"""A pilot run on sample rows: how large groups are, what users contribute, and what bounding removes.

Everything here looks at rows without noise. It is for the owner of the data alone, and no release.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from declarations.plan import WantedAccuracy
from simulator.execution.data import DataSource
from simulator.execution.duckdb_engine import DuckDBEngine, quoted
from simulator.execution.engine import Engine
from simulator.execution.privacy_settings import PrivacySettings
from simulator.execution.private_answer import private_answer
from simulator.execution.private_query import PrivateAggregate
from simulator.execution.private_run import PrivateRun
from simulator.execution.results import PrivacyReport
from simulator.execution.running import load_tables
from simulator.execution.working_copy import SCHEMA, WorkingCopy
from simulator.plans.limits_at_noise import OF_VALUES, parameters_at_noises
from simulator.plans.query_accuracy import (
    ColumnAccuracy,
    Contribution,
    Known,
    MeasuredGroups,
    column_accuracy,
    standard_deviation,
    value_of,
)
from simulator.plans.rooms import private_run
from simulator.privacy.budget import Aggregation
from simulator.privacy.rng import seeded
from simulator.privacy.sensitivity import SensitivityParameters
from simulator.request import AnalysisRequest
from simulator.table_rules import user_identifier

_SEED_BITS = 32
_ROWS = "pilot_rows"
"""Internal table: the rows that the query aggregates, with their user, and how many rows that user has."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Exact numbers about one aggregate function in one group, or in all rows.

    Attributes:
        users: Distinct users.
        present: Expected number of users who are counted here when each is counted once in the whole query, in the
            group of a row chosen at random; what the threshold on groups looks at.
        values: Rows with a value, or distinct values for COUNT(DISTINCT x).
        total: Sum of the values, in the column's unit; 0 for counts.
        deviation: Standard deviation of the values; 0 for counts and single values.
        kept: Expected sum of the values after limit and clamps; 0 for counts.
    """

    users: int
    present: float
    values: int
    total: float
    deviation: float
    kept: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What the pilot run found about one aggregate function.

    Attributes:
        aggregate: The function.
        column: The output column that shows it alone; its text when none does.
        parameters: The sensitivity parameters that the run released.
        whole: Of all rows.
        groups: Of every group.
    """

    aggregate: PrivateAggregate
    column: str
    parameters: SensitivityParameters
    whole: Statistics
    groups: tuple[Statistics, ...]


@dataclass(frozen=True, slots=True)
class Pilot:
    """What a pilot run found.

    Attributes:
        settings: The settings of the run: of several owners the most restrictive.
        measured: One entry an aggregate function.
        report: What the run did; its bias is exact.
        at_noises: The sensitivity parameters that runs would find at other noise, in users: one entry a function.
        users: Users in the sample of each protected table, by lower-case SQL name.
    """

    settings: PrivacySettings
    measured: tuple[Measured, ...]
    report: PrivacyReport
    at_noises: Mapping[int, tuple[SensitivityParameters, ...]]
    users: dict[str, int]


def fly(request: AnalysisRequest, data: DataSource, settings: Sequence[PrivacySettings], seed: int) -> Pilot:
    """Run a query once on sample rows, charging nothing, and measure what it met.

    Args:
        request: The query.
        data: The sample rows.
        settings: The budget templates that the query is under.
        seed: Seed of the pilot's sampling and noise: the pilot is no release.

    Raises:
        ExecutionError: The query cannot be run on these rows.
    """
    run, copy = private_run(request, settings)
    source = seeded(seed)
    with DuckDBEngine(reproducible=True) as engine:
        load_tables(copy, data, engine)
        engine.seed(int(source.integers(2**_SEED_BITS, 1)[0]) / 2**_SEED_BITS)
        _, report, _ = private_answer(run, engine, source)
        users = _sample_users(engine, copy)
        counted = f"SELECT *, count(*) OVER (PARTITION BY u) AS n FROM ({run.rows_sql}) AS found"  # noqa: S608 - made by us
        engine.create(_ROWS, f"SELECT * FROM ({counted}) AS counted WHERE u IS NOT NULL")  # noqa: S608 - as above
        at_noises = parameters_at_noises(run, engine, _ROWS, source)
        return Pilot(run.settings, _measure(engine, run, report), report, at_noises, users)


def _sample_users(engine: Engine, copy: WorkingCopy) -> dict[str, int]:
    found = {}
    for internal, table in copy.tables.items():
        identifier = user_identifier(table)
        if identifier is not None and identifier in copy.needed[table.name.lower()]:
            name = f"{quoted(SCHEMA)}.{quoted(internal)}"
            rows = engine.query(f"SELECT count(DISTINCT {quoted(identifier)}) FROM {name}").rows  # noqa: S608 - quoted
            found[table.name.lower()] = int(rows[0][0])
    return found


def _measure(engine: Engine, run: PrivateRun, report: PrivacyReport) -> tuple[Measured, ...]:
    query = run.query
    names = output_columns(run)
    limit = max((each.user_contribution_limit for each in report.sensitivity_parameters), default=1)
    found = []
    for aggregate, parameters in zip(query.aggregates, report.sensitivity_parameters, strict=True):
        select = f"SELECT {_items(aggregate, parameters, limit)} FROM {_ROWS}"  # noqa: S608 - internal names and numbers
        whole = engine.query(select).rows
        groups = engine.query(f"{select} GROUP BY {', '.join(query.groups)}").rows if query.groups else whole
        found.append(
            Measured(
                aggregate,
                names.get(aggregate.name, f"{aggregate.function.value}({aggregate.expression})"),
                parameters,
                _statistics(whole[0]),
                tuple(_statistics(group) for group in groups),
            )
        )
    return tuple(found)


def output_columns(run: PrivateRun) -> dict[str, str]:
    """Return aggregate name to the output column that shows it alone."""
    from sqlglot import exp

    names: dict[str, str] = {}
    for item in run.query.rest.expressions[:-1]:
        bare = item.unalias().unnest()
        if isinstance(bare, exp.Column):
            names.setdefault(bare.name, item.alias_or_name)
    return names


def _items(aggregate: PrivateAggregate, parameters: SensitivityParameters, limit: int) -> str:
    """Return what to select: the fields of `Statistics`, in order."""
    value = aggregate.value
    if aggregate.users:
        counted = "u" if value is None else value
        # A user who is counted under a condition is counted by the first row that meets it.
        present = "sum(1.0 / n)" if value is None else f"count(DISTINCT {value})"
        return f"count(DISTINCT {counted}), {present}, count(DISTINCT {counted}), 0, 0, 0"
    users = "count(DISTINCT u), sum(1.0 / n)"
    if aggregate.function not in OF_VALUES:
        distinct = "DISTINCT " if aggregate.counts_values else ""
        return f"{users}, count({distinct}{value or '*'}), 0, 0, 0"
    number = f"CAST({value} AS DOUBLE)"
    clamped = f"least(greatest({number}, {parameters.min_value or 0!r}), {parameters.max_value or 0!r})"
    # A row of a user with n rows is kept with probability limit / n.
    kept = f"sum({clamped} * least(1.0, {limit} / n))"
    return f"{users}, count({value}), sum({number}), stddev_samp({number}), {kept}"


def _statistics(row: Sequence[Any]) -> Statistics:
    users, present, values, total, deviation, kept = (value or 0 for value in row)
    return Statistics(int(users), float(present), int(values), float(total), float(deviation), float(kept))


def contribution_of(parameters: SensitivityParameters, statistics: Statistics, function: Aggregation) -> Contribution:
    """Return what users contribute, from the released limits and from exact statistics of a group or of all rows."""
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
        wanted: Which error is useful, and which group sizes to show.
        factors: How many users stand for one of the sample's users, at the plan's start and end.
    """
    return tuple(_column(number, pilot, wanted, factors) for number, _ in enumerate(pilot.measured))


def _column(number: int, pilot: Pilot, wanted: WantedAccuracy, factors: tuple[float, float]) -> ColumnAccuracy:
    measured, settings = pilot.measured[number], pilot.settings
    accuracy = _accuracy(measured, measured.parameters, settings, settings.users_noise_per_query, wanted)
    others = {
        noise: _accuracy(measured, parameters[number], settings, noise, wanted).factor
        for noise, parameters in pilot.at_noises.items()
    }
    at_start, at_end = (
        [_relative(measured, group, settings, factor) for group in measured.groups] for factor in factors
    )
    groups = MeasuredGroups(
        len(measured.groups),
        _usable(measured, pilot, at_start, wanted.relative_error, factors[0]),
        _usable(measured, pilot, at_end, wanted.relative_error, factors[1]),
        median(at_start) if at_start else float("inf"),
    )
    return replace(accuracy, factors_at=others, measured=groups, value_lost=_value_lost(measured))


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
        contribution_of(parameters, measured.whole, aggregate.function),
        Known.EXACT if exact else Known.PILOT,
        model=settings.model,
        users_noise=users_noise,
        sizes=wanted.group_sizes,
        of_users=aggregate.users,
    )


def _usable(measured: Measured, pilot: Pilot, errors: Sequence[float], wanted: float, factor: float) -> int:
    threshold = pilot.report.group_threshold.users if pilot.report.group_threshold else 0
    return sum(
        error <= wanted and group.present * factor >= threshold
        for error, group in zip(errors, measured.groups, strict=True)
    )


def _relative(measured: Measured, group: Statistics, settings: PrivacySettings, factor: float) -> float:
    function = measured.aggregate.function
    contribution = contribution_of(measured.parameters, group, function)
    users = group.users * factor
    value = abs(value_of(function, contribution, users)) if group.values else 0.0
    if not value:
        return float("inf")
    deviation = standard_deviation(
        function,
        contribution,
        model=settings.model,
        users_noise=settings.users_noise_per_query,
        users=users,
        of_users=measured.aggregate.users,
    )
    return float(settings.model.z) * deviation / value


def _value_lost(measured: Measured) -> float | None:
    whole = measured.whole
    if measured.aggregate.function is not Aggregation.SUM or not whole.total:
        return None
    return 1 - whole.kept / whole.total
