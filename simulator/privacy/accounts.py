"""The data of the ledger: accounts with limits, reservations, entries, and the errors of spending."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from declarations.bigquery.names import short_name
from simulator.privacy.accountant import PrivacyLoss
from simulator.privacy.budget import RHO_STEP
from simulator.privacy.periods import Period

LARGEST_AMOUNT = 2**56
"""Largest amount in steps, 72 of rho; epsilon 20 grants 4.5. Sums over a century of months fit 64-bit integers."""

_MAX_LIMITS = 2


class BudgetKind(StrEnum):
    """What is counted. Source: API PrivacyBudgetType."""

    DIFFERENTIAL_PRIVACY = "DIFFERENTIAL_PRIVACY"
    """Loss, in rho; kept in whole `RHO_STEP`."""
    ACCESS_BUDGET = "ACCESS_BUDGET"
    """Uses of one table; whole numbers."""
    VIEW_EPSILON = "VIEW_EPSILON"
    """ε of a BigQuery view, as a share of its epsilon_budget: budgets go from 0.001 to 1e15."""
    VIEW_DELTA = "VIEW_DELTA"
    """δ of a BigQuery view, as a share of its delta_budget."""

    @property
    def step(self) -> Fraction:
        """The smallest amount that is kept; spending is rounded up to it, limits are rounded down to it."""
        return _STEPS[self]


_STEPS = {
    BudgetKind.DIFFERENTIAL_PRIVACY: RHO_STEP,
    BudgetKind.ACCESS_BUDGET: Fraction(1),
    BudgetKind.VIEW_EPSILON: Fraction(1, 2**50),
    BudgetKind.VIEW_DELTA: Fraction(1, 2**50),
}
_VIEW_MEASURES = {BudgetKind.VIEW_EPSILON: "epsilon", BudgetKind.VIEW_DELTA: "delta"}


@dataclass(frozen=True, slots=True)
class Limit:
    """How much may be spent in a period.

    Attributes:
        period: How long the limit lasts.
        amount: Rho, uses or shares, >= 0.
        auto_refresh: False for a period budget that starts again only when its owner refreshes it by hand.
    """

    period: Period
    amount: Fraction
    auto_refresh: bool = True


@dataclass(frozen=True, slots=True)
class Account:
    """A budget, as its template states it now.

    The first four attributes identify it; its limits may change, while spent amounts persist.

    Attributes:
        room: Name of the collaboration; for a view, its project.
        owner: Account id of the member whose data it protects; for a view, its project under its policy.
        template: Name of the budget template; for an access budget, its table; for a view, `dataset.view`.
        kind: What is counted.
        limits: One limit; an access budget may have two, one period and the lifetime. The lower remainder applies.
        unit: The cost of one unit, for messages in units: rho under the template's noise; for a view, the share of its
            budget that an ε or δ of 1 takes. None when not known.

    Raises:
        ValueError: There is no limit, two periods or two lifetimes, or an amount is out of range.
    """

    room: str
    owner: str
    template: str
    kind: BudgetKind
    limits: tuple[Limit, ...]
    unit: Fraction | None = None

    @property
    def known_unit(self) -> Fraction:
        """The cost of one unit of a privacy budget or of a view's budget.

        Raises:
            LookupError: It is not known; use *unit* if that can happen.
        """
        if self.unit is None:
            raise LookupError(f"the unit of budget '{self.template}' is not known")
        return self.unit

    def __post_init__(self) -> None:
        lifetimes = [limit.period is Period.LIFETIME for limit in self.limits]
        most = 1 if self.kind is BudgetKind.DIFFERENTIAL_PRIVACY else _MAX_LIMITS
        if not 1 <= len(lifetimes) <= most or len(set(lifetimes)) < len(lifetimes):
            periods = [limit.period.value for limit in self.limits]
            raise ValueError(
                f"budget '{self.template}' of {self.owner} has limits {periods}; allowed are one limit, or for an "
                "access budget one calendar period and LIFETIME"
            )
        for limit in self.limits:
            if not 0 <= limit.amount // self.kind.step <= LARGEST_AMOUNT:
                raise ValueError(
                    f"limit of budget '{self.template}' is {limit.amount}; allowed are 0 to "
                    f"{float(LARGEST_AMOUNT * self.kind.step):.6g}"
                )


@dataclass(frozen=True, slots=True)
class Reservation:
    """An amount set aside for a running query; it counts as spent until it is released.

    Attributes:
        entry: Number of the entry in the ledger.
        account: The account as it was when reserving.
        amount: Rho or uses, as kept: rounded up to the step.
        at: When it was reserved, which decides the period that it is charged to.
        note: What it is for.
    """

    entry: int
    account: Account
    amount: Fraction
    at: datetime
    note: str = ""


class EntryState(StrEnum):
    """The state of a reservation."""

    RESERVED = "reserved"
    """Still open, or its process died: counts as spent."""
    COMMITTED = "committed"
    """The answer was released."""
    RELEASED = "released"
    """The reservation was given back, as no answer was released; does not count as spent."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an account's history.

    Attributes:
        entry: Number of the entry in the ledger.
        state: The state of the reservation.
        amount: Rho or uses.
        at: When it was reserved; UTC.
        note: What it was for.
    """

    entry: int
    state: EntryState
    amount: Fraction
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Total:
    """The total spending of one budget over all periods and re-creations, which is the real cumulative loss.

    Attributes:
        room: Name of the collaboration.
        owner: Account id of the member whose data it is.
        template: Name of the budget template.
        kind: What is counted.
        spent: Rho or uses that were charged.
        loss: The loss of everything that was released; more than `spent` if something was not charged.
    """

    room: str
    owner: str
    template: str
    kind: BudgetKind
    spent: Fraction
    loss: PrivacyLoss = field(default_factory=PrivacyLoss)


class LedgerError(Exception):
    """The ledger refuses, or cannot be used."""


class BudgetExhausted(LedgerError):  # noqa: N818 - the name says what happened, as the service does
    """A query needs more than a budget has left.

    Attributes:
        account: The account that is short.
        limit: The limit that is short.
        requested: Rho or uses that the query needs.
        remaining: Rho or uses left under that limit.
        refresh: When the limit is refreshed; None without automatic refresh.
        service_message: The message of the service itself; None for an access budget.
    """

    def __init__(
        self, account: Account, limit: Limit, requested: Fraction, remaining: Fraction, refresh: datetime | None
    ) -> None:
        self.account = account
        self.limit = limit
        self.requested = requested
        self.remaining = remaining
        self.refresh = refresh
        self.service_message = _service_message(account)
        when = f"; next refresh {refresh:%Y-%m-%d %H:%M} UTC" if refresh else "; it does not refresh by itself"
        left, granted, needed = (_formatted(amount, account) for amount in (remaining, limit.amount, requested))
        where = "" if account.kind in _VIEW_MEASURES else f" in room '{account.room}'"
        super().__init__(
            f"budget '{account.template}' of {account.owner}{where} has {left} {_measure(account)} left of {granted} "
            f"({limit.period.value}), the query needs {needed}{when}"
        )


def too_few_aggregations(owner: str) -> str:
    """Return the service's message for a query that exceeds the differential privacy budget of *owner*."""
    return (
        f"You do not have enough aggregations remaining to run this query on the data from {owner}. You can wait for "
        "the utility to refresh or contact the data owner to provide you more utility."
    )


def _service_message(account: Account) -> str | None:
    if account.kind is BudgetKind.DIFFERENTIAL_PRIVACY:
        return too_few_aggregations(account.owner)
    if account.kind in _VIEW_MEASURES:
        return f"Privacy budget is not sufficient for table '{short_name(account.template)}' in this query."
    return None


def _measure(account: Account) -> str:
    if account.kind in _VIEW_MEASURES:
        return _VIEW_MEASURES[account.kind]
    if account.kind is BudgetKind.ACCESS_BUDGET:
        return "uses"
    return "units" if account.unit else "rho"


def _formatted(amount: Fraction, account: Account) -> str:
    """Return an amount for messages: whole uses, units (one is a COUNT DISTINCT of users), ε, δ, or rho."""
    if account.kind in _VIEW_MEASURES and account.unit:
        return f"{float(amount / account.unit):.6g}"
    if account.kind is BudgetKind.ACCESS_BUDGET:
        return f"{int(amount):,}"
    return f"{float(amount / account.unit):,.1f}".removesuffix(".0") if account.unit else f"{float(amount):.6g}"


class ReservationClosed(LedgerError):  # noqa: N818 - as above
    """A reservation was already released or committed otherwise, or is not in this ledger."""


class ForbiddenBudgetChange(LedgerError):  # noqa: N818 - as above
    """A differential privacy budget was changed in a way that the service refuses."""


class LedgerFileError(LedgerError):
    """The file is not a ledger, is from a newer version, or cannot be opened."""
