"""One budget of a plan: units of privacy, uses of a table, or the ε or δ of a view."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.plans.modes import Mode
from simulator.plans.prices import PricedRun
from simulator.privacy.accounts import BudgetKind, Limit
from simulator.privacy.budget import RHO_STEP, Aggregation, BudgetModel

BudgetKey = tuple[str | None, BudgetKind, str, str]
"""Identity of a budget: the plan's name of its room, its kind, its owner's account id or project, and its name."""

Moments = NDArray[np.int64]
"""Seconds of the plan, shape (points,)."""

_ROUNDING = 1e-6  # remainders are kept in single precision, so a whole number may lie just below itself


class Capacity(StrEnum):
    """The assumed capacity of a budget that AWS has not published."""

    MODEL = "model"
    """That of the model."""
    LOW = "low"
    """The lowest that is consistent with the published counts."""
    HIGH = "high"
    """The highest that is consistent with the published counts."""


@dataclass(frozen=True, slots=True)
class Phase:
    """Settings of a differential privacy budget from a moment on.

    Attributes:
        since: Second from which they apply.
        epsilon: 1 to 20.
        users_noise: 10 to 100 users.
    """

    since: int
    epsilon: int
    users_noise: int


def granted_rho(phase: Phase, model: BudgetModel, capacity: Capacity) -> Fraction:
    """Return the loss that settings grant under one assumption about unpublished capacities."""
    if capacity is Capacity.MODEL or model.is_published(phase.epsilon, phase.users_noise):
        return model.total_rho(phase.epsilon)
    low, high = model.count_range(Aggregation.COUNT_DISTINCT, phase.epsilon, phase.users_noise)
    return (low if capacity is Capacity.LOW else high) * model.unit_rho(phase.users_noise)


def capacity_of(epsilon: int, users_noise: int, model: BudgetModel, capacity: Capacity = Capacity.MODEL) -> float:
    """Return how many units a full budget holds, under one assumption about unpublished capacities."""
    rho = granted_rho(Phase(0, epsilon, users_noise), model, capacity)
    return float(rho / model.unit_rho(users_noise))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBudget(ABC):
    """One budget of one room.

    Attributes:
        room: The plan's name of its room; None is the room that the plan is made for.
        room_name: The collaboration's name, or that of a room of BigQuery.
        owner: Account id of the member who set it; for a view, the room's project.
        name: The budget template, or the table of an access budget, or the view.
        kind: What is counted.
        limits: As they are stated at the plan's start.
        recreated: Seconds at which it is deleted and re-created, which refills it.
    """

    room: str | None
    room_name: str
    owner: str
    name: str
    kind: BudgetKind
    limits: tuple[Limit, ...]
    recreated: tuple[int, ...] = ()

    @property
    def key(self) -> BudgetKey:
        """The identity of the budget."""
        return self.room, self.kind, self.owner, self.name

    @property
    def starts(self) -> tuple[int, ...]:
        """Seconds from which new prices and grants apply; the first is 0."""
        return (0,)

    @property
    def size_of_draw(self) -> float:
        """The size of one draw in the displayed unit."""
        return 1.0

    def is_published(self, model: BudgetModel) -> bool:  # noqa: ARG002 - of other budgets it depends on the model
        """Tell whether its capacity is published; that of access budgets and views always is."""
        return True

    def step_prices(self, model: BudgetModel) -> list[int]:  # noqa: ARG002 - likewise
        """Return the size of one draw in steps, from each of `starts` on."""
        return [1]

    def granted(self, limit: Limit, model: BudgetModel, capacity: Capacity) -> list[int]:  # noqa: ARG002 - likewise
        """Return what *limit* grants in steps, from each of `starts` on."""
        return [int(limit.amount / self.kind.step)]

    @abstractmethod
    def pays(self, run: PricedRun) -> bool:
        """Tell whether *run* draws on it."""

    @abstractmethod
    def draws(self, run: PricedRun, mode: Mode) -> int:
        """Return what *run* draws on it, in units, uses or steps of a share."""

    @abstractmethod
    def capacity(self, mode: Mode) -> float:
        """Return what it holds at the plan's start when full, in the displayed unit."""

    @abstractmethod
    def capacity_range(self, mode: Mode) -> tuple[float, float]:
        """Return the lowest and highest capacity that is consistent with the published counts."""

    @abstractmethod
    def shown(self, steps: NDArray[Any], moments: Moments, model: BudgetModel) -> NDArray[np.float64]:
        """Convert amounts in steps, shape (..., points), at each of the moments, to the displayed unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPrivacyBudget(PlannedBudget):
    """A differential privacy budget of AWS, counted in units, and displayed as a number of COUNT DISTINCT of users.

    Attributes:
        phases: Its settings, in order.
    """

    phases: tuple[Phase, ...]

    @property
    def starts(self) -> tuple[int, ...]:
        """Seconds from which new settings apply."""
        return tuple(phase.since for phase in self.phases)

    def users_noise(self, second: int) -> int:
        """Return the declared noise at *second*, in users."""
        return next(phase.users_noise for phase in reversed(self.phases) if phase.since <= second)

    def is_published(self, model: BudgetModel) -> bool:
        """Tell whether AWS has shown counts for all its settings."""
        return all(model.is_published(phase.epsilon, phase.users_noise) for phase in self.phases)

    def step_prices(self, model: BudgetModel) -> list[int]:
        """Return what a unit costs, in steps of rho."""
        return [int(model.unit_rho(phase.users_noise) / RHO_STEP) for phase in self.phases]

    def granted(self, limit: Limit, model: BudgetModel, capacity: Capacity) -> list[int]:  # noqa: ARG002 - it has one
        """Return what the settings grant, in steps of rho."""
        return [int(granted_rho(phase, model, capacity) / RHO_STEP) for phase in self.phases]

    def pays(self, run: PricedRun) -> bool:
        """Tell whether *run* reads a protected table of its owner."""
        return run.room == self.room and self.owner in run.price.owners

    def draws(self, run: PricedRun, mode: Mode) -> int:
        """Return the units of *run*."""
        return run.price.units_in(mode) * self.pays(run)

    def capacity(self, mode: Mode) -> float:
        """Return how many units it holds."""
        return capacity_of(self.phases[0].epsilon, self.phases[0].users_noise, mode.model)

    def capacity_range(self, mode: Mode) -> tuple[float, float]:
        """Return the range that is consistent with the published counts; in an audit the capacity is exact."""
        if mode is Mode.AUDIT:
            return int(self.capacity(mode)), int(self.capacity(mode))
        return mode.model.count_range(Aggregation.COUNT_DISTINCT, self.phases[0].epsilon, self.phases[0].users_noise)

    def shown(self, steps: NDArray[Any], moments: Moments, model: BudgetModel) -> NDArray[np.float64]:
        """Convert steps to whole units at the price of each moment."""
        prices = np.array([float(model.unit_rho(phase.users_noise) / RHO_STEP) for phase in self.phases])
        phases = np.searchsorted(np.array(self.starts), moments, side="right") - 1
        units: NDArray[np.float64] = np.floor(steps / prices[phases] * (1 + _ROUNDING))
        return units


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAccessBudget(PlannedBudget):
    """An access budget, counted in uses of a table.

    Attributes:
        refreshed: Seconds at which limits without automatic refresh are refreshed by hand.
    """

    refreshed: tuple[int, ...] = ()

    def pays(self, run: PricedRun) -> bool:
        """Tell whether *run* reads the table."""
        return run.room == self.room and any(table.name.lower() == self.name.lower() for table in run.price.tables)

    def draws(self, run: PricedRun, mode: Mode) -> int:  # noqa: ARG002 - the same in every mode
        """Return 1 if *run* uses the table, else 0."""
        return int(self.pays(run))

    def capacity(self, mode: Mode) -> float:  # noqa: ARG002 - likewise
        """Return how many uses the lowest limit grants."""
        return float(min(limit.amount for limit in self.limits))

    def capacity_range(self, mode: Mode) -> tuple[float, float]:
        """Return the capacity twice: it is stated."""
        return int(self.capacity(mode)), int(self.capacity(mode))

    def shown(self, steps: NDArray[Any], moments: Moments, model: BudgetModel) -> NDArray[np.float64]:  # noqa: ARG002 - likewise
        """Return whole uses."""
        uses: NDArray[np.float64] = np.floor(steps * (1 + _ROUNDING))
        return uses


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedViewBudget(PlannedBudget):
    """The ε or δ of a view of BigQuery, counted in steps of a share of the budget.

    Attributes:
        unit: The share of the budget that an ε or δ of 1 takes.
    """

    unit: Fraction

    @property
    def size_of_draw(self) -> float:
        """The size of a step in ε or δ."""
        return float(self.kind.step / self.unit)

    def charged(self, run: PricedRun) -> Fraction:
        """Return the ε or δ that *run* costs the view."""
        measure = attrgetter("epsilon" if self.kind is BudgetKind.VIEW_EPSILON else "delta")
        mine = (charge for charge in run.price.charges if run.room == self.room and charge.view.name == self.name)
        return sum((Fraction(measure(charge)) for charge in mine), Fraction(0))

    def pays(self, run: PricedRun) -> bool:
        """Tell whether *run* costs the view anything."""
        return bool(self.charged(run))

    def draws(self, run: PricedRun, mode: Mode) -> int:  # noqa: ARG002 - views have their budgets in every mode
        """Return the steps that *run* costs, rounded up as the ledger does."""
        return math.ceil(self.charged(run) * self.unit / self.kind.step)

    def capacity(self, mode: Mode) -> float:  # noqa: ARG002 - likewise
        """Return ε or δ of a full budget."""
        return float(1 / self.unit)

    def capacity_range(self, mode: Mode) -> tuple[float, float]:
        """Return the capacity twice: it is stated."""
        return self.capacity(mode), self.capacity(mode)

    def shown(self, steps: NDArray[Any], moments: Moments, model: BudgetModel) -> NDArray[np.float64]:  # noqa: ARG002 - likewise
        """Convert steps to ε or δ, at most the full budget, which a limit can exceed by rounding."""
        amounts: NDArray[np.float64] = np.minimum(steps * self.size_of_draw, float(1 / self.unit))
        return amounts
