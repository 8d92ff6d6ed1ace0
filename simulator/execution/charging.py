"""What a run costs: reserved before a row is read, booked when it ends.

A run that fails is refunded only if the failure can reveal nothing about a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction

from simulator.execution.errors import (
    COULD_NOT_FINISH,
    DataError,
    ExecutionError,
    NotEnforceableError,
    NotTranslatableError,
    QueryFailedError,
)
from simulator.privacy.accountant import PrivacyLoss
from simulator.privacy.accounts import Account
from simulator.privacy.ledger import Ledger

_WHATEVER_THE_CONDITIONS = (DataError, NotEnforceableError, NotTranslatableError)
"""Failures that reveal nothing of a single row: they depend on a whole column's type, or on the query alone."""


@dataclass(frozen=True, slots=True)
class Booking:
    """Which ledger and accounts a run is booked to, and under which name.

    Attributes:
        ledger: Keeps what is spent.
        name: Name of the query or template, which the ledger keeps with a fingerprint of the text; None for none.
        access: Lower-case table name to its access budget; a run uses each table that it reads once.
        charge_failed: Charge a run that fails after it may have read a row, because the failure can depend on that row.
            When False, every failed or cancelled run is refunded, as BigQuery does: then a failure can reveal something
            about a row at no cost.
    """

    ledger: Ledger
    name: str | None = None
    access: Mapping[str, Account] = field(default_factory=dict)
    charge_failed: bool = True


@dataclass(slots=True)
class RunState:
    """How far a run has come while its budgets are reserved.

    Attributes:
        booked: Whether a ledger is charged.
        looked: Whether it may have read a row: True once the loading of tables begins.
    """

    booked: bool
    looked: bool = False


@contextmanager
def charging(
    booking: Booking | None, charges: Sequence[tuple[Account, Fraction]], note: str, loss: PrivacyLoss | None = None
) -> Iterator[RunState]:
    """Reserve the charges, let the block run, then commit; refund a run that fails before it reads a row.

    A run that fails later is charged, since the failure may reveal something about a row. The exception is data that
    does not fit its table, which is refunded: columns are checked as a whole, independently of the query's conditions,
    so every query that reads the column fails in the same way until the owner repairs the data.

    Args:
        booking: Where spent budget is kept, and what a failed run costs; None charges nothing.
        charges: What the run takes from which account.
        note: What the ledger keeps of the query.
        loss: The loss of every release of the run, charged or not.

    Raises:
        simulator.privacy.accounts.BudgetExhausted: An account has too little left for the run.
        QueryFailedError: The run failed with an unexpected exception after it may have read rows.
    """
    state = RunState(booked=booking is not None)
    if booking is None or not charges:
        with _failing_alike(state):
            yield state
        return
    ledger = booking.ledger
    reservations = ledger.reserve_all(charges, datetime.now(UTC), note, loss)
    try:
        with _failing_alike(state):
            yield state
    except BaseException as error:
        books = booking.charge_failed and state.looked and not isinstance(error, _WHATEVER_THE_CONDITIONS)
        for reservation in reservations:
            (ledger.commit if books else ledger.release)(reservation)
        if isinstance(error, KeyboardInterrupt):
            error.add_note("this run is charged, for it had begun to read rows" if books else "this run is not charged")
        raise
    for reservation in reservations:
        ledger.commit(reservation)


@contextmanager
def _failing_alike(state: RunState) -> Iterator[None]:
    """Replace every unexpected exception after the first read by one fixed message, which reveals nothing of a row."""
    try:
        yield
    except ExecutionError:
        raise
    except Exception as error:
        if not state.looked:
            raise
        raise QueryFailedError(COULD_NOT_FINISH, f"{type(error).__name__}: {error}") from error
