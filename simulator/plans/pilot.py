"""A pilot run on sample rows: how large groups are, what users contribute, and what bounding removes.

Everything here looks at rows without noise. It is for the owner of the data alone, and no release.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from declarations.plan import WantedAccuracy
from simulator.execution.engines.duckdb_engine import DuckDBEngine, quoted
from simulator.execution.engines.engine import RUN, Engine
from simulator.execution.loading.data import DataSource
from simulator.execution.loading.tables import load_tables
from simulator.execution.private.answer import private_answer
from simulator.execution.private.bias_report import exact_number
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.private.query import PrivateAggregate
from simulator.execution.private.run import PrivateRun
from simulator.execution.results import PrivacyReport
from simulator.execution.working_copy import SCHEMA, WorkingCopy
from simulator.plans.limits_at_noise import OF_VALUES, parameters_at_noises
from simulator.plans.query_accuracy import (
    ColumnAccuracy,
    Contribution,
    DeclaredNoise,
    Known,
    MeasuredGroups,
    column_accuracy,
    standard_deviation,
)
from simulator.plans.rooms import private_run
from simulator.privacy.budget import Aggregation
from simulator.privacy.rng import seeded
from simulator.privacy.sensitivity import SensitivityParameters
from simulator.request import AnalysisRequest
from simulator.table_rules import user_identifier

_SEED_BITS = 32
_ROWS = f"{RUN}.pilot_rows"
"""Internal table: the rows that the query aggregates, with their user, and how many rows that user has.

Rows without a user are among them: the exact answer counts them, the released one does not. Both are NULL there.
"""

_NOTHING = 1e-9
"""A smaller share of a number is the rounding of its expected value."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Numbers about one aggregate function in one group, or in all rows: of the rows of users, save `exact`.

    Attributes:
        users: Distinct users.
        present: Expected number of users who are counted here when each is counted once in the whole query, in the
            group of a row chosen at random; what the threshold on groups looks at.
        values: Rows with a value, or distinct values for COUNT(DISTINCT x).
        total: Sum of the values, in the column's unit; 0 for counts.
        deviation: Standard deviation of the values; 0 for counts and single values.
        kept_values: Expected number of *values* that are left after sampling; of users, of those counted here.
        kept: Expected sum of the values after limit and clamps; 0 for counts.
        kept_squares: Expected sum of their squares; 0 for counts.
        exact: The function's number in the exact answer, as `exact_number` defines it: rows that name no user count,
            too. None where there is none.
    """

    users: int
    present: float
    values: int
    total: float
    deviation: float
    kept_values: float
    kept: float
    kept_squares: float
    exact: float | None

    def exact_with(self, function: Aggregation, factor: float) -> float | None:
        """Return the exact number of *function* where there are *factor* users for one of the sample's."""
        grows = function not in {Aggregation.AVG, Aggregation.STDDEV}
        return self.exact * factor if self.exact is not None and grows else self.exact

    def expected(self, function: Aggregation) -> float | None:
        """Return what the run is expected to make of that number, before noise; of AVG and STDDEV to first order."""
        match function:
            case Aggregation.COUNT | Aggregation.COUNT_DISTINCT:
                return self.kept_values
            case Aggregation.SUM:
                return self.kept
            case Aggregation.AVG:
                return self.kept / self.kept_values if self.kept_values else None
            case Aggregation.STDDEV:
                if self.kept_values <= 1:
                    return None
                squares = self.kept_squares - self.kept**2 / self.kept_values
                return math.sqrt(max(squares, 0.0) / (self.kept_values - 1))


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
        _, report = private_answer(run, engine, source)
        users = _sample_users(engine, copy)
        number = "if(u IS NULL, NULL, count(*) OVER (PARTITION BY u)) AS n"
        engine.create(_ROWS, f"SELECT *, {number} FROM ({run.rows_sql}) AS found", run.rows_scans)  # noqa: S608 - made by us
        at_noises = parameters_at_noises(run, engine, _ROWS, source)
        return Pilot(run.settings, _measure(engine, run, report), report, at_noises, users)


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
        items, grouping = _items(aggregate, parameters), ", ".join(query.groups)
        whole = engine.query(f"SELECT {items} FROM {_shared_out(aggregate, limit, ())}", {_ROWS}).rows  # noqa: S608 - internal names and numbers
        groups = whole
        if query.groups:
            # In the order of the keys: columns of several functions are computed group by group.
            source = _shared_out(aggregate, limit, query.groups)
            groups = engine.query(f"SELECT {items} FROM {source} GROUP BY {grouping} ORDER BY {grouping}", {_ROWS}).rows  # noqa: S608 - likewise
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


def _items(aggregate: PrivateAggregate, parameters: SensitivityParameters) -> str:
    """Return what to select: the fields of `Statistics`, in order."""
    value, exact = aggregate.value, exact_number(aggregate)
    if aggregate.users:
        counted = "u" if value is None else value
        # A user who is counted under a condition is counted by the first row that meets it.
        present = "sum(1.0 / n)" if value is None else f"count(DISTINCT {value})"
        return f"count(DISTINCT {counted}), {present}, count(DISTINCT {counted}), 0, 0, sum(kept_share), 0, 0, {exact}"
    users, of_users = "count(DISTINCT u), sum(1.0 / n)", "FILTER (WHERE u IS NOT NULL)"
    kept_values = "sum(kept_share)" if value is None else f"sum(kept_share) FILTER (WHERE {value} IS NOT NULL)"
    if aggregate.function not in OF_VALUES:
        distinct = "DISTINCT " if aggregate.counts_values else ""
        return f"{users}, count({distinct}{value or '*'}) {of_users}, 0, 0, {kept_values}, 0, 0, {exact}"
    number = f"CAST({value} AS DOUBLE)"
    clamped = f"least(greatest({number}, {parameters.min_value or 0!r}), {parameters.max_value or 0!r})"
    kept = f"sum({clamped} * kept_share) FILTER (WHERE {value} IS NOT NULL)"
    squares = f"sum({clamped} * {clamped} * kept_share) FILTER (WHERE {value} IS NOT NULL)"
    values = f"count({value}) {of_users}, sum({number}) {of_users}, stddev_samp({number}) {of_users}"
    return f"{users}, {values}, {kept_values}, {kept}, {squares}, {exact}"


def _shared_out(aggregate: PrivateAggregate, limit: int, groups: Sequence[str]) -> str:
    """Return, for FROM, the rows with `kept_share`: what each is expected to add to the values that are kept.

    A row of a user with n rows is kept with probability limit / n. A user is counted by one row. A distinct value is
    lost where all its rows are; its share is divided among them. A row without a user adds nothing.
    """
    value = aggregate.value
    if aggregate.users:
        # A user who is counted under a condition is counted by one of the rows that meet it.
        share = "1.0 / n" if value is None else f"if({value} IS NULL, 0, 1.0 / count({value}) OVER (PARTITION BY u))"
        return f"(SELECT *, {share} AS kept_share FROM {_ROWS}) AS shared"  # noqa: S608 - internal names and numbers
    if not aggregate.counts_values:
        return f"(SELECT *, if(n IS NULL, NULL, least(1.0, {limit} / n)) AS kept_share FROM {_ROWS}) AS shared"  # noqa: S608 - likewise
    same = f"OVER (PARTITION BY {', '.join([*groups, str(value)])})"
    repeated = f"SELECT *, count(*) OVER (PARTITION BY {', '.join([*groups, str(value), 'u'])}) AS k FROM {_ROWS}"  # noqa: S608 - likewise
    # How likely none of the k rows is among the kept ones: C(n - k, limit) / C(n, limit).
    none = f"lgamma(n - k + 1) - lgamma(n - k - {limit} + 1) - lgamma(n + 1) + lgamma(n - {limit} + 1)"
    lost = f"SELECT *, if(n - k < {limit}, -1000, {none}) / k AS lost FROM ({repeated}) AS repeated"  # noqa: S608 - likewise
    return f"(SELECT *, (1 - exp(sum(lost) {same})) / count(*) {same} AS kept_share FROM ({lost}) AS rows) AS shared"  # noqa: S608 - likewise


def _statistics(row: Sequence[Any]) -> Statistics:
    *of_users, exact = row
    users, present, values, total, deviation, kept_values, kept, kept_squares = (value or 0 for value in of_users)
    return Statistics(
        int(users),
        float(present),
        int(values),
        float(total),
        float(deviation),
        float(kept_values),
        float(kept),
        float(kept_squares),
        None if exact is None else float(exact),
    )


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
    """Return by what share an expected number is off the exact one, below 0 if too small; None where that is 0."""
    if not exact or expected is None:
        return None
    share = (expected - exact) / abs(exact)
    return share if abs(share) > _NOTHING else 0.0


def is_shown(pilot: Pilot, groups: Sequence[Statistics], factor: float) -> list[bool]:
    """Tell of every group whether the threshold shows it, with *factor* users for one of the sample's."""
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
