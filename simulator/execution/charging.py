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
"""Failures that tell nothing of a single row: of a whole column that does not fit its type, or of the query's types."""


@dataclass(frozen=True, slots=True)
class Booking:
    """Where a run is booked, and as what.

    Attributes:
        ledger: Keeps what is spent.
        name: Name of the query or template, which the ledger keeps with a fingerprint of the text; None for none.
        access: Lower-case table name to its access budget; a run uses each table that it reads once.
        charge_failed: Charge a run that fails after it may have looked at a row, because its failure can depend on one.
            Off: every failed or cancelled run is given back, as BigQuery does; each failure may tell of a row for free.
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
        looked: Whether it may have looked at a row: from the moment when tables are loaded.
    """

    booked: bool
    looked: bool = False


@contextmanager
def charging(
    booking: Booking | None, charges: Sequence[tuple[Account, Fraction]], note: str, loss: PrivacyLoss | None = None
) -> Iterator[RunState]:
    """Reserve, run, commit. What fails before a row is read is given back; what fails later may tell of a row.

    Rows that do not fit their table are given back, too: they are checked a column at a time, before and apart from any
    condition of the query, so every query that reads the column fails alike until the owner mends it.

    Args:
        booking: Where spent budget is kept, and what a failed run costs; None charges nothing.
        charges: What the run takes from which account.
        note: What the ledger keeps of the query.
        loss: The loss of every release of the run, charged or not.

    Raises:
        simulator.privacy.accounts.BudgetExhausted: An account does not carry the run.
        QueryFailedError: The run failed after a look at rows, on what nobody foresaw.
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
    """Give every unforeseen failure after a look at rows the engine's words, which tell of no row."""
    try:
        yield
    except ExecutionError:
        raise
    except Exception as error:
        if not state.looked:
            raise
        raise QueryFailedError(COULD_NOT_FINISH, f"{type(error).__name__}: {error}") from error
