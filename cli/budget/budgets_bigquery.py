"""What the budgets of BigQuery views grant and have left.

The fields are the keys of `cleanroom budget --format json`, and stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from cli.budget.charges import Charge, entries_of, unfinished
from cli.rooms.opening_bigquery import OpenedBigQueryRoom
from cli.rooms.subject import Subject
from cli.run.inputs import exit_for
from simulator.checks.private_charges import charges
from simulator.execution.accepting import require_allowed
from simulator.execution.errors import ExecutionError
from simulator.privacy.accounts import Account, Entry
from simulator.privacy.ledger import Ledger
from simulator.views.budgets import ViewBudget, view_budgets


@dataclass(frozen=True, slots=True)
class ViewCharge(Charge):
    """A charge to the budget of a view.

    Attributes:
        epsilon: ε.
        delta: δ.
    """

    epsilon: float
    delta: float


@dataclass(frozen=True, slots=True)
class ViewGrant:
    """The budget of one view.

    Attributes:
        view: Path of the view.
        epsilon_budget: ε that it grants in all.
        epsilon_budget_remaining: ε that is left.
        delta_budget: δ that it grants in all.
        delta_budget_remaining: δ that is left.
        max_epsilon_per_query: Most ε that one query may ask for.
        delta_per_query: δ that one query is charged at most.
        unfinished: Reservations that are not settled.
        history: Every charge, if it was asked for.
    """

    view: str
    epsilon_budget: float
    epsilon_budget_remaining: float
    delta_budget: float
    delta_budget_remaining: float
    max_epsilon_per_query: float
    delta_per_query: float
    unfinished: tuple[ViewCharge, ...]
    history: tuple[ViewCharge, ...]


@dataclass(frozen=True, slots=True)
class ViewCost:
    """What one run of a query would be charged to one view: ε and δ."""

    view: str
    epsilon: float
    delta: float


@dataclass(frozen=True, slots=True)
class QueryCosts:
    """What a query would be charged.

    Attributes:
        query: Its name.
        views: The views that it would be charged to; none where it reads no view under differential privacy.
    """

    query: str
    views: tuple[ViewCost, ...]


@dataclass(frozen=True, slots=True)
class ViewRoomBudgets:
    """The budgets of a room of BigQuery.

    Attributes:
        room: Its name.
        views: One for each view under differential privacy.
        costs: What the queries asked for would cost.
    """

    room: str
    views: tuple[ViewGrant, ...]
    costs: tuple[QueryCosts, ...]


def query_costs(opened: OpenedBigQueryRoom, subject: Subject) -> QueryCosts:
    """Return what a query would cost; one that is not allowed ends the command."""
    try:
        context = require_allowed(subject.request)
    except ExecutionError as error:
        raise exit_for(opened, subject, error) from None
    found = (ViewCost(each.view.name, each.epsilon, each.delta) for each in charges(context))
    return QueryCosts(subject.name, tuple(found))


def view_room_budgets(
    opened: OpenedBigQueryRoom, ledger: Ledger | None, costs: Sequence[QueryCosts], now: datetime, *, history: bool
) -> ViewRoomBudgets:
    """Return what the budgets of *opened* grant and have left.

    Args:
        opened: The room.
        ledger: Its ledger; None: nothing was ever charged.
        costs: What queries would cost.
        now: The moment.
        history: Whether to return every charge.
    """
    granted = (_granted(each, ledger, now, history=history) for each in view_budgets(opened.room).values())
    return ViewRoomBudgets(opened.title, tuple(granted), tuple(costs))


def _granted(budget: ViewBudget, ledger: Ledger | None, now: datetime, *, history: bool) -> ViewGrant:
    left, policy = budget.left(ledger, now), budget.policy
    both = zip(entries_of(budget.epsilon, ledger), entries_of(budget.delta, ledger), strict=True)
    charged = tuple(_charge(epsilon, delta, budget) for epsilon, delta in both)
    return ViewGrant(
        view=budget.view,
        epsilon_budget=policy.epsilon_budget,
        epsilon_budget_remaining=left.epsilon,
        delta_budget=policy.delta_budget,
        delta_budget_remaining=left.delta,
        max_epsilon_per_query=policy.max_epsilon_per_query,
        delta_per_query=policy.delta_per_query,
        unfinished=unfinished(charged),
        history=charged if history else (),
    )


def _charge(epsilon: Entry, delta: Entry, budget: ViewBudget) -> ViewCharge:
    amounts = _amount(epsilon.amount, budget.epsilon), _amount(delta.amount, budget.delta)
    return ViewCharge(epsilon.at.isoformat(), epsilon.state, epsilon.note, *amounts)


def _amount(share: Fraction, account: Account) -> float:
    return float(f"{float(share / account.known_unit):.9g}")
