"""The forecast of a plan: budgets, errors, privacy losses, costs and advice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from declarations.plan import Plan, PlannedRun
from simulator.plans.accuracy import PilotProgress, expected_accuracy, piloted_accuracy
from simulator.plans.advice import Advice, advise
from simulator.plans.budgets import Spent
from simulator.plans.compiling import CompiledPlan, compile_plan
from simulator.plans.cost import MICRO, unpriced_regions
from simulator.plans.draws import Draws
from simulator.plans.horizon import SECONDS_PER_DAY
from simulator.plans.losses import held
from simulator.plans.modes import Mode
from simulator.plans.outcomes import (
    QUANTILES,
    Band,
    BudgetOutcome,
    BurnDown,
    DateBand,
    Expectations,
    Forecast,
    Loss,
    Money,
    RunOutcome,
    band_of,
)
from simulator.plans.planned_budget import Capacity, PlannedBudget, PlannedPrivacyBudget
from simulator.plans.playing import Played, PlayProgress, play
from simulator.plans.query_accuracy import QueryAccuracy
from simulator.plans.rooms import PlannedViews, Rooms
from simulator.plans.views.advice import view_advice
from simulator.plans.views.losses import view_losses
from simulator.plans.warnings import warnings_of
from simulator.privacy.budget import RHO_STEP


@dataclass(frozen=True, slots=True)
class Listener:
    """Callbacks that report progress.

    Attributes:
        played: Called after each batch of paths.
        piloted: Called before each pilot run.
    """

    played: PlayProgress | None = None
    piloted: PilotProgress | None = None


def forecast(
    plan: Plan,
    rooms: Rooms,
    *,
    mode: Mode = Mode.AWS,
    draws: Draws | None = None,
    spent: Spent | None = None,
    listener: Listener | None = None,
) -> Forecast:
    """Simulate a plan and return its forecast.

    Ctrl-C ends it early; the forecast is then based on the paths and pilot runs so far, and says so.

    Args:
        plan: The plan; its names are those of the rooms.
        rooms: The rooms, with their sample rows if any.
        mode: The accounting mode.
        draws: How many paths are simulated, and from which seed; None for the defaults.
        spent: What the ledger records as spent in the plan's first period; None for full budgets.
        listener: Callbacks that report progress.

    Raises:
        PlanError: A change is one that the service refuses.
        PlannedQueryError: A planned query is not allowed, or cannot be run here.
        KeyboardInterrupt: There is no result yet.
    """
    listener, draws = listener or Listener(), draws or Draws()
    compiled = compile_plan(plan, rooms, mode, spent)
    by_formula = expected_accuracy(compiled)
    played = play(compiled.simulation, draws.paths, draws.seed, listener.played)
    wanted = draws.paths if compiled.simulation.is_random else 1
    interrupted = played.paths < wanted
    readings = {} if interrupted else _other_readings(compiled, played.paths, draws.seed)
    interrupted |= readings is None
    piloted = None
    if not interrupted and any(room.data is not None for room in rooms.values()):
        piloted, interrupted = piloted_accuracy(compiled, by_formula, draws.seed, listener.piloted)
    return Forecast(
        mode=mode,
        start=plan.start,
        end=plan.end,
        paths=played.paths,
        paths_wanted=wanted,
        seed=draws.seed,
        is_random=compiled.simulation.is_random,
        interrupted=interrupted,
        carried_share=float(np.mean(played.refused.sum(axis=1) == 0)),
        certainty=plan.certainty,
        budgets=tuple(_budgets(compiled, played, readings or {})),
        runs=tuple(_runs(compiled, played)),
        losses=(*_losses(compiled, played), *view_losses(compiled, played)),
        money=_money(compiled, played),
        expected=_expectations(compiled, played, by_formula),
        measured=None if piloted is None else _expectations(compiled, played, piloted),
        warnings=tuple(warnings_of(compiled)),
    )


def _other_readings(compiled: CompiledPlan, paths: int, seed: int) -> dict[Capacity, Played] | None:
    """Simulate the same paths with the lowest and highest capacity if AWS has not published it; None when stopped."""
    model = compiled.mode.model
    paying = [budget for budget in compiled.budgets if any(budget.pays(run) for run in compiled.runs)]
    if compiled.mode is Mode.AUDIT or all(budget.is_published(model) for budget in paying):
        return {}
    found = {}
    try:
        for reading in (Capacity.LOW, Capacity.HIGH):
            found[reading] = play(compiled.simulation_with(reading), paths, seed)
            if found[reading].paths < paths:
                return None
    except KeyboardInterrupt:
        return None
    return found


def _budgets(compiled: CompiledPlan, played: Played, readings: Mapping[Capacity, Played]) -> Iterator[BudgetOutcome]:
    mode = compiled.mode
    for number, (budget, limits) in enumerate(zip(compiled.budgets, compiled.simulation.slices, strict=True)):
        if not any(budget.pays(run) for run in compiled.runs):
            continue
        refused = played.first_refused[:, number]
        which = Counter(refused[refused >= 0].tolist())
        is_published = budget.is_published(mode.model)
        bounds = [
            _moment(compiled, np.quantile(readings[reading].first_refusal[:, number], 0.5, method="inverted_cdf"))
            if reading in readings and not is_published
            else None
            for reading in (Capacity.LOW, Capacity.HIGH)
        ]
        yield BudgetOutcome(
            budget=budget,
            published=mode is Mode.AWS and is_published,
            capacity=budget.capacity(mode),
            capacity_range=budget.capacity_range(mode),
            refused_share=float(np.mean(refused >= 0)),
            first_refusal=_dates(compiled, played.first_refusal[:, number]),
            first_refused=tuple((run, count / played.paths) for run, count in which.most_common()),
            earliest=bounds[0],
            latest=bounds[1],
            burn_down=_burn_down(compiled, budget, played.remaining[:, limits]),
            most_used=_most_used(compiled, budget, played.peaks[:, limits]),
            demanded=band_of(played.demands[:, number] * budget.size_of_draw),
        )


def _moment(compiled: CompiledPlan, second: float) -> datetime | None:
    return compiled.horizon.moment_of(second) if second < compiled.horizon.seconds else None


def _dates(compiled: CompiledPlan, seconds: NDArray[np.int64]) -> DateBand:
    quantiles = np.quantile(seconds, QUANTILES, method="inverted_cdf")
    return DateBand(*(_moment(compiled, second) for second in quantiles))


def _burn_down(compiled: CompiledPlan, budget: PlannedBudget, remaining: NDArray[np.float32]) -> BurnDown:
    """Return the remaining budget over time, in the displayed unit; with two limits, the lower remainder.

    Args:
        compiled: The plan.
        budget: The budget.
        remaining: Shape (paths, limits, points), in steps.
    """
    days, model = compiled.simulation.days, compiled.mode.model
    moments = days * SECONDS_PER_DAY
    granted = [meter.granted[meter.phase(moments)] for meter in compiled.limits(budget)]
    bands = np.quantile(remaining.min(axis=1), QUANTILES, axis=0, method="inverted_cdf")
    return BurnDown(
        days=tuple(compiled.horizon.start + timedelta(days=int(day)) for day in days),
        remaining=budget.shown(bands, moments, model),
        full=budget.shown(np.min(granted, axis=0), moments, model),
    )


def _most_used(compiled: CompiledPlan, budget: PlannedBudget, peaks: NDArray[np.float64]) -> Band:
    """Return the largest share of any limit that is spent between two refreshes.

    Args:
        compiled: The plan.
        budget: The budget.
        peaks: Shape (paths, limits), in steps.
    """
    granted = np.array([max(1, int(meter.granted.max())) for meter in compiled.limits(budget)])
    return band_of((peaks / granted).max(axis=1))


def _runs(compiled: CompiledPlan, played: Played) -> Iterator[RunOutcome]:
    for number, (planned, run) in enumerate(zip(compiled.plan.runs, compiled.runs, strict=True)):
        answered, refused = band_of(played.answered[:, number]), band_of(played.refused[:, number])
        yield RunOutcome(run, _how_often(planned), run.price.units_in(compiled.mode), answered, refused)


def _how_often(planned: PlannedRun) -> str:
    if planned.every is not None:
        often = f"every {planned.every.removeprefix('1 ')}"
    else:
        often = f"cron {planned.cron}" if planned.cron is not None else f"about {planned.about}"
    return often if planned.times == 1 else f"{often}, {planned.times} times"


def _losses(compiled: CompiledPlan, played: Played) -> Iterator[Loss]:
    for index, subject in enumerate(compiled.subjects):
        rho = played.losses[:, index]
        worst = float(np.quantile(rho, QUANTILES[-1], method="inverted_cdf"))
        most = float(np.quantile(played.group_deltas[:, index], QUANTILES[-1], method="inverted_cdf"))
        yield Loss(subject, band_of(rho * float(RHO_STEP)), held(worst, most, compiled.mode.model.delta))


def _money(compiled: CompiledPlan, played: Played) -> Money | None:
    if all(isinstance(room, PlannedViews) for room in compiled.rooms.values()):
        return None
    is_priced = not unpriced_regions(compiled.plan.compute, compiled.rooms)
    return Money(
        usd=band_of(played.micro_dollars / MICRO) if is_priced else None, crpu_hours=band_of(played.crpu_seconds / 3600)
    )


def _expectations(compiled: CompiledPlan, played: Played, accuracy: tuple[QueryAccuracy, ...]) -> Expectations:
    return Expectations(
        accuracy,
        tuple(_advice(compiled, played, accuracy)),
        tuple(view_advice(compiled, played, accuracy, compiled.plan.accuracy)),
    )


def _advice(compiled: CompiledPlan, played: Played, accuracy: tuple[QueryAccuracy, ...]) -> Iterator[Advice]:
    wanted = compiled.plan.accuracy
    for number, budget in enumerate(compiled.budgets):
        mine = [each for each in accuracy if budget.pays(each.run)]
        if isinstance(budget, PlannedPrivacyBudget) and mine:
            demand = np.quantile(played.demands[:, number], compiled.plan.certainty, method="inverted_cdf")
            yield advise(
                budget,
                float(demand),
                mine,
                compiled.mode.model,
                relative_error=wanted.relative_error,
                group_users=wanted.group_users,
            )
