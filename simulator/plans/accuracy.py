"""Expected errors of every planned query: by formula, and from pilot runs if there are sample rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from declarations.plan import PlannedRun
from simulator.execution.errors import ExecutionError
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.plans.compiling import CompiledPlan
from simulator.plans.derived_columns import derived_accuracy, derived_columns, measured_derived
from simulator.plans.growth import Growths, users_factor
from simulator.plans.pilot import Pilot, measured_accuracy, output_columns, run_pilot
from simulator.plans.prices import PricedRun, private_run
from simulator.plans.query_accuracy import (
    ColumnAccuracy,
    Contribution,
    DeclaredNoise,
    Known,
    QueryAccuracy,
    assumed_contribution,
    column_accuracy,
)
from simulator.plans.rooms import PlannedRoom, PlannedViews
from simulator.plans.views.accuracy import accuracy_on_views, piloted_on_views
from simulator.privacy.budget import Aggregation
from simulator.privacy.group_threshold import group_threshold, threshold_noise
from simulator.request import AnalysisRequest
from simulator.room_budgets import payers

Settings = tuple[PrivacySettings, ...]
"""The budget templates that pay for a query."""

PilotProgress = Callable[[int, int, str], None]
"""Called with the number of pilot runs done and requested, and the query that comes next."""


def expected_accuracy(compiled: CompiledPlan) -> tuple[QueryAccuracy, ...]:
    """Return the errors by formula, one entry for each query under differential privacy that shows some group.

    They are in the order of the plan. No row is read.
    """
    return tuple(_expected(planned, run, compiled) for planned, run in _queries(compiled))


def piloted_accuracy(
    compiled: CompiledPlan, expected: Sequence[QueryAccuracy], seed: int, progress: PilotProgress | None = None
) -> tuple[tuple[QueryAccuracy, ...], bool]:
    """Return the errors that pilot runs on sample rows measure: the data owner's own information.

    Ctrl-C ends the pilot runs; the remaining queries then keep their errors by formula.

    Args:
        compiled: The plan; at least one of its rooms has sample rows.
        expected: The errors by formula, of the same queries.
        seed: Seed of pilot runs.
        progress: Called before each of them.

    Returns:
        The errors, in the order of the plan, and whether the pilot runs were interrupted.
    """
    found: list[QueryAccuracy] = []
    try:
        for number, ((planned, _), by_formula) in enumerate(zip(_queries(compiled), expected, strict=True)):
            if progress is not None:
                progress(number, len(expected), by_formula.run.query)
            found.append(_piloted(by_formula, planned, compiled, seed))
    except KeyboardInterrupt:
        return (*found, *expected[len(found) :]), True
    return tuple(found), False


def _queries(compiled: CompiledPlan) -> list[tuple[PlannedRun, PricedRun]]:
    found: dict[tuple[str | None, str], tuple[PlannedRun, PricedRun]] = {}
    for planned, run in zip(compiled.plan.runs, compiled.runs, strict=True):
        if (run.price.functions and not run.price.shows_nothing) or run.price.noisy:
            found.setdefault((run.room, run.query), (planned, run))
    return list(found.values())


def _expected(planned: PlannedRun, run: PricedRun, compiled: CompiledPlan) -> QueryAccuracy:
    room = compiled.rooms[run.room]
    if isinstance(room, PlannedViews):
        return accuracy_on_views(run, planned.assumed, compiled.plan.accuracy)
    return _by_formula(planned, run, *_asked(planned, room, compiled), compiled)


def _piloted(by_formula: QueryAccuracy, planned: PlannedRun, compiled: CompiledPlan, seed: int) -> QueryAccuracy:
    room = compiled.rooms[by_formula.run.room]
    if isinstance(room, PlannedViews):
        return piloted_on_views(by_formula, room, seed)
    return _measured(by_formula, *_asked(planned, room, compiled), compiled, seed)


def _asked(planned: PlannedRun, room: PlannedRoom, compiled: CompiledPlan) -> tuple[AnalysisRequest, Settings]:
    request = _with_parameters(room.requests[planned.query], planned)
    return request, tuple(replace(each, model=compiled.mode.model) for each in payers(room.room, request))


def _with_parameters(request: AnalysisRequest, planned: PlannedRun) -> AnalysisRequest:
    values = {
        name: replace(parameter, value=planned.parameters.get(name, parameter.value))
        for name, parameter in request.parameters.items()
    }
    return replace(request, parameters=values)


def _by_formula(
    planned: PlannedRun, run: PricedRun, request: AnalysisRequest, settings: Settings, compiled: CompiledPlan
) -> QueryAccuracy:
    prepared, _ = private_run(request, settings)
    used = prepared.settings
    names = output_columns(prepared)
    columns = []
    contributions = {}
    for aggregate in prepared.query.aggregates:
        contribution, known = assumed_contribution(aggregate.function, planned.assumed)
        if aggregate.users:
            contribution, known = Contribution(), Known.EXACT
        contributions[aggregate.name] = contribution, known
        columns.append(
            column_accuracy(
                names.get(aggregate.name, f"{aggregate.function.value}({aggregate.expression})"),
                aggregate.function,
                (contribution, known),
                noise=DeclaredNoise(used.model, used.users_noise_per_query),
                sizes=compiled.plan.accuracy.group_sizes,
                of_users=aggregate.users,
            )
        )
    threshold = None
    if run.price.group_delta:
        scale = used.model.noise_scale(Aggregation.COUNT_DISTINCT, used.users_noise_per_query)
        noise = threshold_noise(used.threshold_noise, scale, used.group_delta)
        threshold = group_threshold(noise, used.group_delta)
    derived = [
        (
            column.name,
            derived_accuracy(
                column,
                contributions,
                noise=DeclaredNoise(used.model, used.users_noise_per_query),
                sizes=compiled.plan.accuracy.group_sizes,
            ),
        )
        for column in derived_columns(prepared)
    ]
    return _with_derived(QueryAccuracy(run, tuple(columns), threshold), derived)


def _with_derived(found: QueryAccuracy, derived: Sequence[tuple[str, ColumnAccuracy | None]]) -> QueryAccuracy:
    return replace(
        found,
        derived=tuple(column for _, column in derived if column is not None),
        unstated=tuple(name for name, column in derived if column is None),
    )


def _measured(
    by_formula: QueryAccuracy, request: AnalysisRequest, settings: Settings, compiled: CompiledPlan, seed: int
) -> QueryAccuracy:
    data = compiled.rooms[by_formula.run.room].data
    if data is None:
        return by_formula
    try:
        pilot = run_pilot(request, data, settings, seed)
    except ExecutionError as error:
        return replace(by_formula, failure=str(error))
    wanted, factors = compiled.plan.accuracy, _factors(pilot, by_formula.run, compiled)
    derived = [(each.name, measured_derived(each, pilot, wanted, factors)) for each in derived_columns(pilot.run)]
    measured = replace(by_formula, columns=measured_accuracy(pilot, wanted, factors), bias=pilot.report.bias)
    return _with_derived(measured, derived)


def _factors(pilot: Pilot, run: PricedRun, compiled: CompiledPlan) -> tuple[float, float]:
    """Return how many real users one user of the sample represents, at the plan's start and end."""
    growths = {name.lower(): growth for name, growth in compiled.plan.tables.items()}
    start = min(_stated(pilot, growths), default=1.0)
    return start, start * users_factor(growths, run.price.protected, compiled.horizon.seconds)


def _stated(pilot: Pilot, growths: Growths) -> Iterator[float]:
    for table, users in pilot.users.items():
        growth = growths.get(table)
        if growth is not None and growth.users is not None and users:
            yield growth.users / users
