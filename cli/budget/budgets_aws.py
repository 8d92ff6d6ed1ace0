"""What the budgets of a room of AWS grant and have left, and what several rooms gave away together.

The fields are the keys of `cleanroom budget --format json`, and stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from cli.budget.charges import Charge, entries_of, unfinished
from cli.rooms.opening_aws import OpenedRoom
from cli.rooms.subject import Subject
from cli.run.inputs import exit_for
from simulator.execution.costs import aggregate_functions
from simulator.execution.errors import ExecutionError
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.privacy.accountant import PrivacyLoss
from simulator.privacy.accounts import Account, Entry, Limit
from simulator.privacy.budget import Aggregation, BudgetModel
from simulator.privacy.ledger import Ledger
from simulator.privacy.periods import Period
from simulator.room_budgets import access_budgets, budgets, uses_left
from simulator.shared_tables import loss_of, shared_tables


@dataclass(frozen=True, slots=True)
class UnitsCharge(Charge):
    """A charge to a differential privacy budget.

    Attributes:
        rho: Privacy loss.
        units: The same in the units of queries.
    """

    rho: float
    units: float


@dataclass(frozen=True, slots=True)
class UsesCharge(Charge):
    """A charge to the access budget of a table.

    Attributes:
        uses: How often the query reads it.
    """

    uses: int


@dataclass(frozen=True, slots=True)
class Holding:
    """The differential privacy of all answers to date.

    Attributes:
        rho: Loss of all charges, by zero-concentrated differential privacy.
        epsilon: The ε that holds with *delta*; None where nothing is promised.
        delta: The δ, at most 1.
    """

    rho: float
    epsilon: float | None
    delta: float


@dataclass(frozen=True, slots=True)
class Counts:
    """How often one aggregate function alone is carried by a budget.

    Attributes:
        type: The function.
        units: What one of it costs.
        max_count: How many a full budget carries.
        remaining_count: How many are left.
        max_count_range: The least and the most that the published counts leave possible.
    """

    type: Aggregation
    units: int
    max_count: int
    remaining_count: int
    max_count_range: tuple[int, int]


@dataclass(frozen=True, slots=True)
class MemberBudget:
    """The differential privacy budget of one member.

    Attributes:
        owner: Account id of the member.
        member: The member's name and account.
        epsilon: The template's ε.
        users_noise_per_query: Users whose part the noise of one query hides.
        auto_refresh: "CALENDAR_MONTH" or "NONE".
        published: Whether AWS has published counts for these settings.
        utility_used_percent: Share that is used, 0 to 100.
        rho_spent: Loss that is charged in this period.
        aggregations: What is left, for each function alone.
        holds: What holds for all answers to date.
        unfinished: Reservations that are not settled.
        history: Every charge, if it was asked for.
    """

    owner: str
    member: str
    epsilon: int
    users_noise_per_query: int
    auto_refresh: str
    published: bool
    utility_used_percent: int
    rho_spent: float
    aggregations: tuple[Counts, ...]
    holds: Holding
    unfinished: tuple[UnitsCharge, ...]
    history: tuple[UnitsCharge, ...]


@dataclass(frozen=True, slots=True)
class AccessLimit:
    """One limit of an access budget.

    Attributes:
        type: How long it lasts.
        budget: Uses that it grants.
        remaining_budget: Uses that are left.
        auto_refresh: "ENABLED" or "DISABLED".
    """

    type: Period
    budget: int
    remaining_budget: int
    auto_refresh: str


@dataclass(frozen=True, slots=True)
class TableBudget:
    """The access budget of one table.

    Attributes:
        table: Its SQL name.
        owner: Account id of its owner.
        member: The owner's name and account.
        remaining_budget: Uses left: the lowest remainder of its limits.
        limits: Its limits.
        unfinished: Reservations that are not settled.
        history: Every charge, if it was asked for.
    """

    table: str
    owner: str
    member: str
    remaining_budget: int
    limits: tuple[AccessLimit, ...]
    unfinished: tuple[UsesCharge, ...]
    history: tuple[UsesCharge, ...]


@dataclass(frozen=True, slots=True)
class QueryCost:
    """What a query would be charged.

    Attributes:
        query: Its name.
        aggregations: The aggregate functions that draw on a budget; none where it reads no table under one.
        units: What they cost together.
    """

    query: str
    aggregations: tuple[Aggregation, ...]
    units: int


@dataclass(frozen=True, slots=True)
class RoomBudgets:
    """The budgets of a room of AWS.

    Attributes:
        room: Its name.
        budgets: Those for differential privacy.
        access_budgets: Those of tables.
        costs: What the queries asked for would cost.
    """

    room: str
    budgets: tuple[MemberBudget, ...]
    access_budgets: tuple[TableBudget, ...]
    costs: tuple[QueryCost, ...]


@dataclass(frozen=True, slots=True)
class SharedLoss:
    """What several rooms gave away together of a table that they share.

    Attributes:
        table: The data behind it.
        owner: Account id of its owner.
        member: The owner's name and account.
        rooms: The rooms.
        rooms_without_noise: Those of them that show it without noise.
        holds: What holds for the answers of the others.
    """

    table: str
    owner: str
    member: str
    rooms: tuple[str, ...]
    rooms_without_noise: tuple[str, ...]
    holds: Holding


def query_cost(opened: OpenedRoom, subject: Subject) -> QueryCost:
    """Return what a query would cost; one that is not allowed, or cannot be run, ends the command."""
    try:
        functions = aggregate_functions(subject.request)
    except ExecutionError as error:
        raise exit_for(opened, subject, error) from None
    return QueryCost(subject.name, functions, BudgetModel().cost(functions))


def room_budgets(
    opened: OpenedRoom, ledger: Ledger | None, costs: Sequence[QueryCost], now: datetime, *, history: bool
) -> RoomBudgets:
    """Return what the budgets of *opened* grant and have left.

    Args:
        opened: The room.
        ledger: Its ledger; None: nothing was ever charged.
        costs: What queries would cost.
        now: The moment.
        history: Whether to return every charge.
    """
    return RoomBudgets(
        opened.title,
        tuple(_member(opened, each, ledger, now, history=history) for each in budgets(opened.room).values()),
        tuple(_table(opened, each, ledger, now, history=history) for each in access_budgets(opened.room).values()),
        tuple(costs),
    )


def shared_losses(rooms: Sequence[tuple[OpenedRoom, Ledger | None]]) -> Iterator[SharedLoss]:
    """Yield the tables that several of *rooms*, each with its ledger, share."""
    for one in shared_tables([(opened.room, ledger) for opened, ledger in rooms]):
        member = rooms[0][0].member(one.owner)
        yield SharedLoss(one.source, one.owner, member, one.rooms, one.exact, _holding(one.loss, BudgetModel()))


def _member(
    opened: OpenedRoom, settings: PrivacySettings, ledger: Ledger | None, now: datetime, *, history: bool
) -> MemberBudget:
    account, model = settings.account, settings.model
    epsilon, users = settings.epsilon, settings.users_noise_per_query
    spent = ledger.spent(account, now) if ledger else Fraction(0)
    charges = tuple(_units_charge(entry, account) for entry in entries_of(account, ledger))
    return MemberBudget(
        owner=settings.owner,
        member=opened.member(settings.owner),
        epsilon=epsilon,
        users_noise_per_query=users,
        auto_refresh="CALENDAR_MONTH" if settings.refresh == "CALENDAR_MONTH" else "NONE",
        published=model.is_published(epsilon, users),
        utility_used_percent=model.utility_used(epsilon, users, spent),
        rho_spent=float(spent),
        aggregations=tuple(
            Counts(
                type=function,
                units=model.cost([function]),
                max_count=model.max_count(function, epsilon, users),
                remaining_count=model.remaining_count(function, epsilon, users, spent),
                max_count_range=model.count_range(function, epsilon, users),
            )
            for function in Aggregation
        ),
        holds=_holding(loss_of(opened.room, ledger, settings.owner), model),
        unfinished=unfinished(charges),
        history=charges if history else (),
    )


def _table(opened: OpenedRoom, account: Account, ledger: Ledger | None, now: datetime, *, history: bool) -> TableBudget:
    charges = tuple(
        UsesCharge(entry.at.isoformat(), entry.state, entry.note, int(entry.amount))
        for entry in entries_of(account, ledger)
    )
    return TableBudget(
        table=account.template,
        owner=account.owner,
        member=opened.member(account.owner),
        remaining_budget=uses_left(account, ledger, now),
        limits=tuple(_limit(account, limit, ledger, now) for limit in account.limits),
        unfinished=unfinished(charges),
        history=charges if history else (),
    )


def _limit(account: Account, limit: Limit, ledger: Ledger | None, now: datetime) -> AccessLimit:
    spent = int(ledger.spent(replace(account, limits=(limit,)), now)) if ledger else 0
    granted = int(limit.amount)
    return AccessLimit(limit.period, granted, max(0, granted - spent), "ENABLED" if limit.auto_refresh else "DISABLED")


def _units_charge(entry: Entry, account: Account) -> UnitsCharge:
    units = round(float(entry.amount / account.known_unit), 2)
    return UnitsCharge(entry.at.isoformat(), entry.state, entry.note, float(entry.amount), units)


def _holding(loss: PrivacyLoss, model: BudgetModel) -> Holding:
    delta = loss.delta + model.delta
    return Holding(float(loss.rho), loss.epsilon(delta) if delta < 1 else None, min(delta, 1.0))
