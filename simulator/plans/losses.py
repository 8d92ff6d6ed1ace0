"""The privacy loss of one table, and of one owner's users, over all rooms of a plan, which no service adds up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from simulator.plans.meters import DELTA_STEP, Meter, tally
from simulator.plans.planned_budget import PlannedBudget, PlannedPrivacyBudget
from simulator.plans.prices import PricedRun
from simulator.privacy.accountant import PrivacyLoss
from simulator.privacy.budget import RHO_STEP, BudgetModel


@dataclass(frozen=True, slots=True)
class Subject:
    """A table, or all tables of an owner, whose privacy loss is added up.

    Attributes:
        owner: Account id of the member who owns them, or the project.
        source: The data behind the table, for instance a Glue table; None for all the owner's tables together.
        rooms: The plan's names of the rooms in which planned queries read it.
    """

    owner: str
    source: str | None
    rooms: tuple[str | None, ...]


def subjects_of(runs: Sequence[PricedRun]) -> tuple[Subject, ...]:
    """Return every table under differential privacy that planned queries read, and every owner of several."""
    rooms: dict[tuple[str, str | None], dict[str | None, None]] = {}
    for run in runs:
        for table in run.price.protected:
            for source in (table.source or table.name, None):
                rooms.setdefault((table.owner, source), {})[run.room] = None
    tables = [owner for owner, source in rooms if source is not None]
    return tuple(
        Subject(owner, source, tuple(names))
        for (owner, source), names in sorted(rooms.items(), key=lambda item: (item[0][0], item[0][1] or ""))
        if source is not None or tables.count(owner) > 1
    )


def reads(subject: Subject, run: PricedRun) -> bool:
    """Tell whether *run* draws on the privacy of *subject*."""
    return any(
        table.owner == subject.owner and subject.source in (None, table.source or table.name)
        for table in run.price.protected
    )


def rho_tally(
    subject: Subject, runs: Sequence[PricedRun], budgets: Sequence[PlannedBudget], model: BudgetModel
) -> Meter:
    """Return a tally of the whole loss of *subject*, every release included, in steps of rho."""
    private = [budget for budget in budgets if isinstance(budget, PlannedPrivacyBudget)]
    paying = [[budget for budget in private if budget.pays(run)] for run in runs]
    starts = sorted({start for budget in private for start in budget.starts} | {0})
    amounts = np.zeros((len(starts), len(runs)), np.int64)
    for row, start in enumerate(starts):
        for column, (run, payers) in enumerate(zip(runs, paying, strict=True)):
            if payers and reads(subject, run):
                # With several owners, the largest noise is used.
                noise = max(budget.users_noise(start) for budget in payers)
                units = run.price.units + run.price.extra_units
                amounts[row, column] = int(units * model.unit_rho(noise) / RHO_STEP)
    return tally("rho", amounts, np.array(starts, np.int64))


def group_delta_tally(subject: Subject, runs: Sequence[PricedRun]) -> Meter:
    """Return a tally of the probability that thresholds fail to hide groups of *subject*, in steps of `DELTA_STEP`."""
    steps = [math.ceil(Fraction(run.price.group_delta) / DELTA_STEP) * reads(subject, run) for run in runs]
    return tally("group delta", np.array([steps], np.int64))


@dataclass(frozen=True, slots=True)
class HeldPrivacy:
    """An (epsilon, delta) that holds.

    Attributes:
        rho: The concentrated loss; None for views of BigQuery, whose ε and δ are added up.
        epsilon: The epsilon for that *delta*.
        delta: The noise's delta plus that of all thresholds.
    """

    rho: float | None
    epsilon: float
    delta: float


def held(rho_steps: float, group_delta_steps: float, delta: float) -> HeldPrivacy:
    """Return the (epsilon, delta) that a loss amounts to, by the conversion that holds for every release.

    Args:
        rho_steps: The loss, in steps.
        group_delta_steps: Probability that the protection of groups fails, added up, in `DELTA_STEP`.
        delta: The noise's delta.

    Returns:
        Epsilon is infinite if the deltas add up to 1 or more.
    """
    rho, own = int(rho_steps) * RHO_STEP, float(int(group_delta_steps) * DELTA_STEP)
    if own + delta >= 1:
        return HeldPrivacy(float(rho), float("inf"), 1.0)
    total = own + (1 - own) * delta
    return HeldPrivacy(float(rho), PrivacyLoss(Fraction(rho), own).epsilon(total), total)
