"""Compiles a plan and its rooms to a simulation: runs with prices, budgets as limits, and other tallies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from declarations.plan import Plan, PlannedRun
from simulator.execution.errors import ExecutionError
from simulator.plans.budgets import Spent, check_changes, meters_of, planned_budgets
from simulator.plans.cost import MICRO, crpu_seconds, query_cost
from simulator.plans.growth import rows_factor
from simulator.plans.horizon import Horizon
from simulator.plans.losses import Subject, group_delta_tally, rho_tally, subjects_of
from simulator.plans.meters import Meter, Tallies, tally
from simulator.plans.modes import Mode
from simulator.plans.planned_budget import Capacity, PlannedAccessBudget, PlannedBudget
from simulator.plans.playing import Simulation
from simulator.plans.prices import PlannedQueryError, PricedRun, price_in
from simulator.plans.rooms import PlannedViews, Rooms
from simulator.plans.schedule import Schedule, schedule_of


@dataclass(frozen=True)  # without slots, so that the simulation is kept
class CompiledPlan:
    """A plan with everything that its simulation needs.

    Attributes:
        plan: The plan.
        rooms: Its rooms.
        mode: The accounting mode.
        horizon: Its period of time.
        runs: Its runs with their prices, in the order of the plan.
        schedules: The times of each run.
        budgets: Every budget of the rooms.
        subjects: The tables and owners whose privacy losses are added up.
        spent: What the ledger records as spent from each budget in the plan's first period.
    """

    plan: Plan
    rooms: Rooms
    mode: Mode
    horizon: Horizon
    runs: tuple[PricedRun, ...]
    schedules: tuple[Schedule, ...]
    budgets: tuple[PlannedBudget, ...]
    subjects: tuple[Subject, ...]
    spent: Spent

    def limits(self, budget: PlannedBudget, capacity: Capacity = Capacity.MODEL) -> tuple[Meter, ...]:
        """Return the limits of *budget* under one assumption about unpublished capacities."""
        return meters_of(
            budget,
            self._draws(budget),
            self.horizon,
            self.mode.model,
            capacity=capacity,
            spent=self.spent.get(budget.key, ()),
        )

    def _draws(self, budget: PlannedBudget) -> list[int]:
        return [budget.draws(run, self.mode) for run in self.runs]

    @cached_property
    def simulation(self) -> Simulation:
        """The simulation of the plan."""
        return self.simulation_with(Capacity.MODEL)

    def simulation_with(self, capacity: Capacity) -> Simulation:
        """Return the simulation of the plan under one assumption about unpublished capacities."""
        return Simulation(
            self.horizon,
            self.schedules,
            tuple(self.limits(budget, capacity) for budget in self.budgets),
            self._tallies(),
        )

    def _tallies(self) -> Tallies:
        cost, billed = self._money()
        return Tallies(
            draws=tuple(self._drawn_on(budget) for budget in self.budgets),
            losses=tuple(rho_tally(subject, self.runs, self.budgets, self.mode.model) for subject in self.subjects),
            group_deltas=tuple(group_delta_tally(subject, self.runs) for subject in self.subjects),
            micro_dollars=cost,
            crpu_seconds=billed,
        )

    def _drawn_on(self, budget: PlannedBudget) -> Meter:
        limit = budget.limits[0]
        # A plan should not rely on re-creation, so only the calendar refills a privacy budget here.
        is_of_uses = isinstance(budget, PlannedAccessBudget)
        resets = self.limits(budget)[0].resets if is_of_uses else self.horizon.refreshes(limit.period)
        return tally("draws", np.array([self._draws(budget)], np.int64), resets=resets)

    def _money(self) -> tuple[Meter, Meter]:
        months = self.horizon.months()
        cost = np.zeros((months.size, len(self.runs)), np.int64)
        billed = np.zeros_like(cost)
        compute = self.plan.compute
        growths = {name.lower(): growth for name, growth in self.plan.tables.items()}
        for column, (planned, run) in enumerate(zip(self.plan.runs, self.runs, strict=True)):
            if isinstance(self.rooms[run.room], PlannedViews):
                continue  # BigQuery bills the bytes read, which no declaration states
            for row, second in enumerate(months.tolist()):
                grown = rows_factor(growths, run.price.tables, second)
                seconds = (planned.seconds or compute.seconds_per_query) * grown
                billed[row, column] = math.ceil(crpu_seconds(compute, seconds))
                cost[row, column] = round(query_cost(compute, seconds, private=bool(run.price.protected)) * MICRO)
        return tally("micro-dollars", cost, months), tally("CRPU-seconds", billed, months)


def compile_plan(plan: Plan, rooms: Rooms, mode: Mode, spent: Spent | None = None) -> CompiledPlan:
    """Price every run of *plan* and gather the budgets of its rooms.

    Args:
        plan: The plan; its names are those of the rooms.
        rooms: The rooms.
        mode: The accounting mode.
        spent: What the ledger records as spent in the plan's first period; None for full budgets.

    Raises:
        PlanError: A change is one that the service refuses.
        PlannedQueryError: A planned query is not allowed, or cannot be run here.
    """
    horizon = Horizon(plan.start, (plan.end - plan.start).days)
    runs = _priced(plan.runs, rooms)
    schedules = tuple(schedule_of(plan, run, horizon) for run in plan.runs)
    budgets = planned_budgets(plan, rooms, horizon, mode.model)
    check_changes(plan, budgets, [_first_use(budget, runs, schedules) for budget in budgets], horizon)
    return CompiledPlan(
        plan=plan,
        rooms=rooms,
        mode=mode,
        horizon=horizon,
        runs=runs,
        schedules=schedules,
        budgets=budgets,
        subjects=subjects_of(runs),
        spent=spent or {},
    )


def _priced(planned: Sequence[PlannedRun], rooms: Rooms) -> tuple[PricedRun, ...]:
    """Price each query once, however many runs use it."""
    prices = {}
    for run in planned:
        if (run.room, run.query) not in prices:
            try:
                prices[run.room, run.query] = price_in(rooms[run.room], run.query)
            except ExecutionError as error:
                raise PlannedQueryError(run.room, run.query, error) from error
    return tuple(PricedRun(run.room, run.query, prices[run.room, run.query]) for run in planned)


def _first_use(budget: PlannedBudget, runs: Sequence[PricedRun], schedules: Sequence[Schedule]) -> int | None:
    firsts = [each.first_possible for run, each in zip(runs, schedules, strict=True) if budget.pays(run)]
    return min((first for first in firsts if first is not None), default=None)
