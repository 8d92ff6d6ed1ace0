"""Expected errors of every planned query: by formula, and from pilot runs where there are sample rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from declarations.plan import PlannedRun
from simulator.execution.errors import ExecutionError
from simulator.execution.privacy_settings import PrivacySettings
from simulator.plans.compiling import CompiledPlan
from simulator.plans.growth import Growths, users_factor
from simulator.plans.pilot import Pilot, fly, measured_accuracy, output_columns
from simulator.plans.query_accuracy import (
    Contribution,
    Known,
    QueryAccuracy,
    assumed_contribution,
    column_accuracy,
)
from simulator.plans.rooms import PricedRun, private_run
from simulator.privacy.budget import Aggregation
from simulator.privacy.group_threshold import group_threshold, threshold_noise
from simulator.request import AnalysisRequest
from simulator.room_budgets import payers

Settings = tuple[PrivacySettings, ...]
"""The budget templates that pay for a query."""

PILOTED = Callable[[int, int, str], None]
"""Told pilot runs done, pilot runs wanted, and the query that comes next."""


def accuracy_of(
    compiled: CompiledPlan, seed: int, progress: PILOTED | None = None, *, pilots: bool = True
) -> tuple[tuple[QueryAccuracy, ...], bool]:
    """Return the expected errors of every planned query under differential privacy, each once.

    Ctrl-C ends the pilot runs: the other queries then get their formulas only.

    Args:
        compiled: The plan.
        seed: Seed of pilot runs.
        progress: Told how far they are.
        pilots: False for formulas only.

    Returns:
        The errors, in the order of the plan, and whether the pilot runs were interrupted.
    """
    queries = _queries(compiled)
    found: list[QueryAccuracy] = []
    interrupted = False
    for number, (planned, run, request, settings) in enumerate(queries):
        if progress is not None:
            progress(number, len(queries), run.query)
        by_formula = _by_formula(planned, run, request, settings, compiled)
        if compiled.rooms[run.room].data is None or interrupted or not pilots:
            found.append(by_formula)
            continue
        try:
            found.append(_piloted(by_formula, request, settings, compiled, seed))
        except KeyboardInterrupt:
            interrupted = True
            found.append(by_formula)
    return tuple(found), interrupted


def _queries(compiled: CompiledPlan) -> list[tuple[PlannedRun, PricedRun, AnalysisRequest, Settings]]:
    found = {}
    for planned, run in zip(compiled.plan.runs, compiled.runs, strict=True):
        if run.price.functions and (run.room, run.query) not in found:
            room = compiled.rooms[run.room]
            request = _with_parameters(room.requests[run.query], planned)
            settings = tuple(replace(each, model=compiled.mode.model) for each in payers(room.room, request))
            found[run.room, run.query] = (planned, run, request, settings)
    return list(found.values())


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
    for aggregate in prepared.query.aggregates:
        contribution, known = assumed_contribution(aggregate.function, planned.assumed)
        if aggregate.users:
            contribution, known = Contribution(), Known.EXACT
        columns.append(
            column_accuracy(
                names.get(aggregate.name, f"{aggregate.function.value}({aggregate.expression})"),
                aggregate.function,
                contribution,
                known,
                model=used.model,
                users_noise=used.users_noise_per_query,
                sizes=compiled.plan.accuracy.group_sizes,
                of_users=aggregate.users,
            )
        )
    threshold = None
    if run.price.thresholds:
        scale = used.model.noise_scale(Aggregation.COUNT_DISTINCT, used.users_noise_per_query)
        noise = threshold_noise(used.threshold_noise, scale, used.group_delta)
        threshold = group_threshold(noise, used.group_delta)
    return QueryAccuracy(run, tuple(columns), threshold)


def _piloted(
    by_formula: QueryAccuracy, request: AnalysisRequest, settings: Settings, compiled: CompiledPlan, seed: int
) -> QueryAccuracy:
    data = compiled.rooms[by_formula.run.room].data
    if data is None:
        return by_formula
    try:
        pilot = fly(request, data, settings, seed)
    except ExecutionError as error:
        return replace(by_formula, failure=str(error))
    columns = measured_accuracy(pilot, compiled.plan.accuracy, _factors(pilot, by_formula.run, compiled))
    return replace(by_formula, columns=columns, bias=pilot.report.bias)


def _factors(pilot: Pilot, run: PricedRun, compiled: CompiledPlan) -> tuple[float, float]:
    """Return how many users stand for one of the sample's, at the plan's start and end."""
    growths = {name.lower(): growth for name, growth in compiled.plan.tables.items()}
    start = min(_stated(pilot, growths), default=1.0)
    return start, start * users_factor(growths, run.price.protected, compiled.horizon.seconds)


def _stated(pilot: Pilot, growths: Growths) -> Iterator[float]:
    for table, users in pilot.users.items():
        growth = growths.get(table)
        if growth is not None and growth.users is not None and users:
            yield growth.users / users
