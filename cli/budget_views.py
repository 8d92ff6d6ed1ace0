"""What the budgets of BigQuery views grant and have left, and how `cleanroom budget` shows it.

The fields are the keys of `cleanroom budget --format json`, and stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Final

from cli.budget_charges import Charge, charges_text, entries_of, unfinished
from cli.opening import Subject
from cli.opening_bigquery import OpenedBigQueryRoom
from cli.rendering import styled, table, wrapped
from cli.running import refuse
from simulator.checks.private_charges import charges
from simulator.execution.accepting import accepted
from simulator.execution.errors import ExecutionError
from simulator.privacy.accounts import Account, Entry
from simulator.privacy.ledger import Ledger
from simulator.view_budgets import ViewBudget, view_budgets

_ROUNDING: Final = 1 + 1e-9


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
        context = accepted(subject.request)
    except ExecutionError as error:
        raise refuse(opened, subject, error) from None
    found = (ViewCost(each.view.name, each.epsilon, each.delta) for each in charges(context))
    return QueryCosts(subject.name, tuple(found))


def view_room_budgets(
    opened: OpenedBigQueryRoom, books: Ledger | None, costs: Sequence[QueryCosts], now: datetime, *, history: bool
) -> ViewRoomBudgets:
    """Return what the budgets of *opened* grant and have left.

    Args:
        opened: The room.
        books: Its ledger; None: nothing was ever charged.
        costs: What queries would cost.
        now: The moment.
        history: Whether to return every charge.
    """
    granted = (_granted(each, books, now, history=history) for each in view_budgets(opened.room).values())
    return ViewRoomBudgets(opened.title, tuple(granted), tuple(costs))


def _granted(budget: ViewBudget, books: Ledger | None, now: datetime, *, history: bool) -> ViewGrant:
    left, policy = budget.left(books, now), budget.policy
    both = zip(entries_of(budget.epsilon, books), entries_of(budget.delta, books), strict=True)
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


def view_room_lines(found: ViewRoomBudgets) -> Iterator[str]:
    """Lay out the budgets of a room of BigQuery."""
    yield styled(found.room, bold=True)
    if not found.views:
        yield "no view is under differential privacy: nothing limits the number of queries"
    for grant in found.views:
        yield ""
        yield from _grant_lines(grant)
    for cost in found.costs:
        yield ""
        yield from _cost_lines(cost, found.views)


def _grant_lines(grant: ViewGrant) -> Iterator[str]:
    yield wrapped(f"budget of view {grant.view}: never refreshed, filled up when its policy is updated", "")
    figures = (
        ("epsilon", grant.epsilon_budget_remaining, grant.epsilon_budget, grant.max_epsilon_per_query),
        ("delta", grant.delta_budget_remaining, grant.delta_budget, grant.delta_per_query),
    )
    rows = [(name, f"{left:.6g}", f"{whole:g}", f"{most:g}") for name, left, whole, most in figures]
    yield table(("", "left", "of", "of one query, at most"), rows, numeric=frozenset({1, 2, 3}))
    yield from charges_text(grant.unfinished, grant.history, ("epsilon", "delta"))


def _cost_lines(cost: QueryCosts, grants: Sequence[ViewGrant]) -> Iterator[str]:
    if not cost.views:
        yield f"{cost.query} costs nothing: it reads no view under differential privacy"
    by_view = {grant.view: grant for grant in grants}
    for each in cost.views:
        yield f"{cost.query} costs {each.view} epsilon {each.epsilon:g} and delta {each.delta:g}"
        grant = by_view[each.view]
        times = min(grant.epsilon_budget_remaining / each.epsilon, grant.delta_budget_remaining / each.delta)
        yield f"  the budget carries it {int(times * _ROUNDING):,} more times"
