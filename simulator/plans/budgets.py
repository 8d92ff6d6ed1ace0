"""The budgets of a plan: what their templates grant from when on, as dated changes raise, loosen or restore them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from declarations.plan import Plan, PlannedChange
from simulator.plans.horizon import Horizon
from simulator.plans.meters import Meter
from simulator.plans.rooms import PlannedRoom, PlannedViews, PricedRun, Rooms
from simulator.privacy.accounts import Account, BudgetKind, Limit
from simulator.privacy.budget import RHO_STEP, Aggregation, BudgetModel
from simulator.room_budgets import access_budgets
from simulator.room_budgets import budgets as privacy_budgets
from simulator.views.budgets import view_budgets

BudgetKey = tuple[str | None, BudgetKind, str, str]
"""Which budget: the plan's name of its room, its kind, its owner's account id or project, and what it is named for."""

VIEW_KINDS = (BudgetKind.VIEW_EPSILON, BudgetKind.VIEW_DELTA)
"""The budgets of a view of BigQuery."""

Spent = Mapping[BudgetKey, tuple[Fraction, ...]]
"""Rho, uses or shares that are spent before a plan begins, in its first period, under each limit of a budget."""


class PlanError(Exception):
    """A plan that cannot be played.

    Attributes:
        path: Where in the plan.
    """

    def __init__(self, path: tuple[str | int, ...], message: str) -> None:
        self.path = path
        super().__init__(message)


class Capacity(StrEnum):
    """Which capacity an unpublished budget is taken to have."""

    MODEL = "model"
    """That of the fitted rule."""
    LOW = "low"
    """The lowest that the published counts leave possible."""
    HIGH = "high"
    """The highest."""


@dataclass(frozen=True, slots=True)
class Phase:
    """Settings of a differential privacy budget from a moment on.

    Attributes:
        since: Second at which they begin to hold.
        epsilon: 1 to 20.
        users_noise: 10 to 100 users.
    """

    since: int
    epsilon: int
    users_noise: int


@dataclass(frozen=True, slots=True)
class PlannedBudget:
    """One budget of one room.

    Attributes:
        room: The plan's name of its room; None is the room that the plan is made for.
        room_name: The collaboration's name, or that of a room of BigQuery.
        owner: Account id of the member who set it; of a view, the room's project.
        name: "differential privacy", or the table of an access budget, or the view.
        kind: What is counted.
        limits: As the template states them at the plan's start.
        phases: Settings of a differential privacy budget, in order; empty for access budgets.
        recreated: Seconds at which the template is deleted and re-created.
        refreshed: Seconds at which limits without automatic refresh are refreshed by hand.
        unit: Of a view, the share of the budget that an ε or δ of 1 is; else 1.
    """

    room: str | None
    room_name: str
    owner: str
    name: str
    kind: BudgetKind
    limits: tuple[Limit, ...]
    phases: tuple[Phase, ...] = ()
    recreated: tuple[int, ...] = ()
    refreshed: tuple[int, ...] = ()
    unit: Fraction = Fraction(1)

    def users_noise(self, second: int) -> int:
        """Return the declared noise at *second*, in users; differential privacy only."""
        return next(phase.users_noise for phase in reversed(self.phases) if phase.since <= second)

    @property
    def account(self) -> Account:
        """The budget in the ledger; those of views are in `view_budgets`."""
        return Account(self.room_name, self.owner, self.name, self.kind, self.limits)

    @property
    def key(self) -> BudgetKey:
        """What identifies it."""
        return self.room, self.kind, self.owner, self.name

    @property
    def is_private(self) -> bool:
        """True for a differential privacy budget of AWS, which is counted in units."""
        return self.kind is BudgetKind.DIFFERENTIAL_PRIVACY

    @property
    def is_of_view(self) -> bool:
        """True for the ε or δ of a view of BigQuery."""
        return self.kind in VIEW_KINDS

    def is_published(self, model: BudgetModel) -> bool:
        """Tell whether AWS has shown counts for all its settings; access budgets state theirs."""
        return all(model.is_published(phase.epsilon, phase.users_noise) for phase in self.phases)

    def pays(self, run: PricedRun) -> bool:
        """Tell whether *run* draws on this budget."""
        if run.room != self.room:
            return False
        if self.is_private:
            return self.owner in run.price.owners
        if self.is_of_view:
            return bool(self.charged(run))
        return any(table.name.lower() == self.name.lower() for table in run.price.tables)

    def charged(self, run: PricedRun) -> Fraction:
        """Return the ε or δ that *run* costs the view; of the budget of a view only."""
        measure = attrgetter("epsilon" if self.kind is BudgetKind.VIEW_EPSILON else "delta")
        mine = (charge for charge in run.price.charges if run.room == self.room and charge.view.name == self.name)
        return sum((Fraction(measure(charge)) for charge in mine), Fraction(0))

    def shown(self, steps: float) -> float:
        """Return an amount in steps in the unit that people see: units, uses, or ε and δ.

        Units of a differential privacy budget are what it is counted in here.
        """
        return steps * float(self.kind.step / self.unit) if self.is_of_view else steps


def planned_budgets(plan: Plan, rooms: Rooms, horizon: Horizon, model: BudgetModel) -> tuple[PlannedBudget, ...]:
    """Return every budget of the rooms, with the plan's changes.

    Raises:
        PlanError: A change is one that the service refuses.
    """
    found: list[PlannedBudget] = []
    for key, room in rooms.items():
        if isinstance(room, PlannedViews):
            found += _of_views(key, room, plan, horizon)
        else:
            found += _private(key, room, plan, horizon, model)
            found += _access(key, room, plan, horizon)
    return tuple(found)


def _of_views(key: str | None, room: PlannedViews, plan: Plan, horizon: Horizon) -> Iterator[PlannedBudget]:
    """Yield ε and δ of every view under differential privacy: for life, unless a change fills them up."""
    for name, budget in view_budgets(room.room).items():
        renewed = tuple(horizon.second_of(change.at) for change in _ordered(plan, key) if change.view == name)
        for account in (budget.epsilon, budget.delta):
            yield PlannedBudget(
                room=key,
                room_name=room.name,
                owner=room.room.project,
                name=name,
                kind=account.kind,
                limits=account.limits,
                recreated=renewed,
                unit=account.known_unit,
            )


def _private(
    key: str | None, room: PlannedRoom, plan: Plan, horizon: Horizon, model: BudgetModel
) -> Iterator[PlannedBudget]:
    settings = privacy_budgets(room.room)
    for owner, each in settings.items():
        changes = [
            change
            for change in _ordered(plan, key)
            if change.table is None and (change.owner or next(iter(settings))) == owner
        ]
        phases = [Phase(0, each.epsilon, each.users_noise_per_query)]
        for change in changes:
            if not change.recreate:
                before = phases[-1]
                since = horizon.second_of(change.at)
                phases.append(
                    Phase(since, change.epsilon or before.epsilon, change.users_noise_per_query or before.users_noise)
                )
        yield PlannedBudget(
            room=key,
            room_name=room.name,
            owner=owner,
            name=each.template,
            kind=BudgetKind.DIFFERENTIAL_PRIVACY,
            limits=(Limit(each.refresh, model.total_rho(each.epsilon)),),
            phases=_merged(phases),
            recreated=tuple(horizon.second_of(change.at) for change in changes if change.recreate),
        )


def _merged(phases: list[Phase]) -> tuple[Phase, ...]:
    """Keep the last of the settings that begin at the same second."""
    return tuple({phase.since: phase for phase in phases}.values())


def _access(key: str | None, room: PlannedRoom, plan: Plan, horizon: Horizon) -> Iterator[PlannedBudget]:
    for name, account in access_budgets(room.room).items():
        changes = [each for each in _ordered(plan, key) if (each.table or "").lower() == name]
        yield PlannedBudget(
            room=key,
            room_name=room.name,
            owner=account.owner,
            name=account.template,
            kind=BudgetKind.ACCESS_BUDGET,
            limits=account.limits,
            recreated=tuple(horizon.second_of(change.at) for change in changes if change.recreate),
            refreshed=tuple(horizon.second_of(change.at) for change in changes if change.refresh),
        )


def _ordered(plan: Plan, room: str | None) -> list[PlannedChange]:
    return sorted((change for change in plan.changes if change.room == room), key=lambda change: change.at)


def check_changes(
    plan: Plan, budgets: Sequence[PlannedBudget], first_possible: Sequence[int | None], horizon: Horizon
) -> None:
    """Refuse changes that the service refuses: a lower epsilon once queries have run.

    Args:
        plan: The plan.
        budgets: Its budgets.
        first_possible: For each budget the earliest second at which a query may draw on it; None for never.
        horizon: The plan's time.

    Raises:
        PlanError: Epsilon is lowered after queries may have run.

    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-settings.html
    """
    for budget, first in zip(budgets, first_possible, strict=True):
        for before, after in zip(budget.phases, budget.phases[1:], strict=False):
            used = first is not None and first < after.since and after.since not in budget.recreated
            if after.epsilon < before.epsilon and used:
                index = next(
                    index
                    for index, change in enumerate(plan.changes)
                    if change.epsilon == after.epsilon and horizon.second_of(change.at) == after.since
                )
                message = (
                    f"epsilon is lowered from {before.epsilon} to {after.epsilon} after queries may have run; the "
                    "service only lets it be raised then (recreate: true would start with a full budget)"
                )
                raise PlanError(("changes", index, "epsilon"), message)


def meters_of(
    budget: PlannedBudget,
    draws: Sequence[int],
    horizon: Horizon,
    model: BudgetModel,
    *,
    capacity: Capacity = Capacity.MODEL,
    spent: Sequence[Fraction] = (),
) -> tuple[Meter, ...]:
    """Return the limits of *budget*, to be played.

    Args:
        budget: The budget.
        draws: What each planned run draws on it, in units, uses or steps of a share.
        horizon: The plan's time.
        model: How settings become prices.
        capacity: How much an unpublished budget is taken to hold.
        spent: What is spent before the plan begins under each limit, in rho, uses or shares; nothing when empty.
    """
    prices, granted, starts = [1], [], [0]
    if budget.is_private:
        prices = [int(model.unit_rho(phase.users_noise) / RHO_STEP) for phase in budget.phases]
        granted = [int(granted_rho(phase, model, capacity) / RHO_STEP) for phase in budget.phases]
        starts = [phase.since for phase in budget.phases]
    return tuple(
        Meter(
            f"{budget.name}, {limit.period.value}",
            np.outer(np.array(prices, np.int64), np.array(draws, np.int64)),
            np.array(granted or [int(limit.amount / budget.kind.step)], np.int64),
            np.array(starts, np.int64),
            resets_of(limit, budget, horizon),
            int(before / budget.kind.step),
        )
        for limit, before in zip(budget.limits, spent or [Fraction(0)] * len(budget.limits), strict=True)
    )


def granted_rho(phase: Phase, model: BudgetModel, capacity: Capacity) -> Fraction:
    """Return the loss that settings grant under one reading of the unpublished counts."""
    if capacity is Capacity.MODEL or model.is_published(phase.epsilon, phase.users_noise):
        return model.total_rho(phase.epsilon)
    low, high = model.count_range(Aggregation.COUNT_DISTINCT, phase.epsilon, phase.users_noise)
    return (low if capacity is Capacity.LOW else high) * model.unit_rho(phase.users_noise)


def resets_of(limit: Limit, budget: PlannedBudget, horizon: Horizon) -> NDArray[np.int64]:
    """Return the seconds, shape (n,), at which a limit of *budget* is full again.

    A calendar period refreshes it, or its owner by hand where it has no automatic refresh; re-creation always does.
    """
    own = horizon.refreshes(limit.period) if limit.auto_refresh else np.array(budget.refreshed, np.int64)
    return np.unique(np.concatenate([own, np.array(budget.recreated, np.int64)]))
