"""The budgets of a plan, with the dated changes that modify, refresh or re-create them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from declarations.plan import Plan, PlannedChange
from simulator.plans.horizon import Horizon
from simulator.plans.meters import Meter
from simulator.plans.planned_budget import (
    BudgetKey,
    Capacity,
    Phase,
    PlannedAccessBudget,
    PlannedBudget,
    PlannedPrivacyBudget,
    PlannedViewBudget,
)
from simulator.plans.rooms import PlannedRoom, PlannedViews, Rooms
from simulator.privacy.accounts import BudgetKind, Limit
from simulator.privacy.budget import BudgetModel
from simulator.room_budgets import access_budgets
from simulator.room_budgets import budgets as privacy_budgets
from simulator.views.budgets import view_budgets

VIEW_KINDS = (BudgetKind.VIEW_EPSILON, BudgetKind.VIEW_DELTA)
"""The budgets of a view of BigQuery."""

Spent = Mapping[BudgetKey, tuple[Fraction, ...]]
"""Rho, uses or shares spent before the plan begins, in its first period, for each limit of a budget."""


class PlanError(Exception):
    """A plan that cannot be simulated.

    Attributes:
        path: Where in the plan the error is.
    """

    def __init__(self, path: tuple[str | int, ...], message: str) -> None:
        self.path = path
        super().__init__(message)


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


def _of_views(key: str | None, room: PlannedViews, plan: Plan, horizon: Horizon) -> Iterator[PlannedViewBudget]:
    """Yield the budgets of ε and δ of every view under differential privacy; only a planned change refills them."""
    for name, budget in view_budgets(room.room).items():
        renewed = tuple(horizon.second_of(change.at) for change in _ordered(plan, key) if change.view == name)
        for account in (budget.epsilon, budget.delta):
            yield PlannedViewBudget(
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
) -> Iterator[PlannedPrivacyBudget]:
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
        yield PlannedPrivacyBudget(
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
    """Keep only the last of the phases that begin at the same second."""
    return tuple({phase.since: phase for phase in phases}.values())


def _access(key: str | None, room: PlannedRoom, plan: Plan, horizon: Horizon) -> Iterator[PlannedAccessBudget]:
    for name, account in access_budgets(room.room).items():
        changes = [each for each in _ordered(plan, key) if (each.table or "").lower() == name]
        yield PlannedAccessBudget(
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
    """Refuse a change that the service refuses: a lower epsilon once queries have run.

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
        if not isinstance(budget, PlannedPrivacyBudget):
            continue
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
    """Return the limits of *budget* as meters of the simulation.

    Args:
        budget: The budget.
        draws: What each planned run draws on it, in units, uses or steps of a share.
        horizon: The plan's time.
        model: How settings determine prices.
        capacity: The assumed capacity of a budget that AWS has not published.
        spent: Rho, uses or shares spent before the plan begins, for each limit; empty for nothing.
    """
    return tuple(
        Meter(
            f"{budget.name}, {limit.period.value}",
            np.outer(np.array(budget.step_prices(model), np.int64), np.array(draws, np.int64)),
            np.array(budget.granted(limit, model, capacity), np.int64),
            np.array(budget.starts, np.int64),
            resets_of(limit, budget, horizon),
            int(before / budget.kind.step),
        )
        for limit, before in zip(budget.limits, spent or [Fraction(0)] * len(budget.limits), strict=True)
    )


def resets_of(limit: Limit, budget: PlannedBudget, horizon: Horizon) -> NDArray[np.int64]:
    """Return the seconds, shape (n,), at which a limit of *budget* is full again.

    It is refilled at each calendar period, or by its owner's refresh if it has no automatic one, and by re-creation.
    """
    by_hand = budget.refreshed if isinstance(budget, PlannedAccessBudget) else ()
    own = horizon.refreshes(limit.period) if limit.auto_refresh else np.array(by_hand, np.int64)
    return np.unique(np.concatenate([own, np.array(budget.recreated, np.int64)]))
