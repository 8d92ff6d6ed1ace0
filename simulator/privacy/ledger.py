"""The durable ledger of spent budgets: reserve before a query runs, then commit with its answer, or release without.

Guarantees, even if processes are killed at any moment or several write at once:

* in every period, what is reserved and committed never exceeds the limit;
* a reservation counts as spent until it is released, so the ledger never shows less than was spent on answers;
* amounts are whole numbers of steps: spending is rounded up, limits are rounded down, and sums are exact.

A refresh is arithmetic on timestamps: an entry counts in the period in which it was reserved. Entries later than the
given moment count, too, so a clock that is set back does not free budget; one that is set forward does.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from os import PathLike
from pathlib import Path

from simulator.privacy.accountant import PrivacyLoss
from simulator.privacy.accounts import (
    LARGEST_AMOUNT,
    Account,
    BudgetExhausted,
    BudgetKind,
    Entry,
    EntryState,
    ForbiddenBudgetChange,
    Limit,
    Reservation,
    ReservationClosed,
    Total,
)
from simulator.privacy.budget import RHO_STEP
from simulator.privacy.ledger_file import Access, create_if_missing, transaction
from simulator.privacy.periods import BEGINNING, next_refresh, period_start

_MICROSECOND = timedelta(microseconds=1)


class Ledger:
    """A ledger in one file; any number of objects, threads and processes may use the same file.

    Attributes:
        path: The SQLite file; created when missing.

    Raises:
        LedgerFileError: The file is not a ledger, is from a newer version, or cannot be written.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = Path(path)
        create_if_missing(self.path)

    def reserve_all(
        self,
        charges: Sequence[tuple[Account, Fraction | int]],
        at: datetime,
        note: str = "",
        loss: PrivacyLoss | None = None,
    ) -> tuple[Reservation, ...]:
        """Set amounts aside in several accounts, in all of them or in none.

        Args:
            charges: Accounts, each with the rho or uses that the query needs; > 0, rounded up to the account's step.
            at: Now, with a time zone.
            note: What it is for; shown in the history.
            loss: The loss of everything that the query releases, for `totals`; None when it is the rho that a
                differential privacy budget is charged.

        Raises:
            BudgetExhausted: A limit has less left than an amount.
            ForbiddenBudgetChange: A differential privacy budget was lowered, or its refresh changed, after queries ran.
            ValueError: An amount is not positive or exceeds any budget, or *at* is before 1970 or lacks a time zone.
        """
        moment = _microseconds(at)
        with transaction(self.path) as connection:
            return tuple(_reserve(connection, account, amount, moment, note, loss) for account, amount in charges)

    def commit(self, reservation: Reservation) -> None:
        """Book a reservation as spent, just before its answer is released; idempotent.

        Raises:
            ReservationClosed: It was released before, or is not in this ledger.
        """
        self._close(reservation, EntryState.COMMITTED)

    def release(self, reservation: Reservation) -> None:
        """Give a reservation back, because nothing that depends on the data was released; idempotent.

        Raises:
            ReservationClosed: It was committed before, or is not in this ledger.
        """
        self._close(reservation, EntryState.RELEASED)

    def spent(self, account: Account, at: datetime) -> Fraction:
        """Return what is reserved or committed under the account's first limit in the period of *at*."""
        return self._spent(account, account.limits[:1], at)[0]

    def remaining(self, account: Account, at: datetime) -> Fraction:
        """Return what is left at *at*: the lowest remainder of all limits, never below zero."""
        spent = self._spent(account, account.limits, at)
        lefts = [_granted(account, limit) - amount for limit, amount in zip(account.limits, spent, strict=True)]
        return max(Fraction(0), min(lefts))

    def refresh(self, account: Account, at: datetime) -> None:
        """Start a new period by hand, for limits without automatic refresh."""
        moment = _microseconds(at)
        with transaction(self.path) as connection:
            number, generation = _open_account(connection, account)
            connection.execute("INSERT INTO refreshes VALUES (?, ?, ?)", (number, generation, moment))

    def delete(self, account: Account) -> None:
        """Delete the account's template: a new one of the same name starts with a full budget, as in the service.

        Entries are kept for `totals`, because the loss is not undone.
        """
        with transaction(self.path) as connection:
            connection.execute(
                "UPDATE accounts SET generation = generation + 1"
                " WHERE room = ? AND owner = ? AND template = ? AND kind = ?",
                _key(account),
            )

    def history(self, account: Account) -> tuple[Entry, ...]:
        """Return the account's entries since its template was created, oldest first.

        An open reservation belongs to a query that is running or has crashed. None is released automatically, because a
        query may have crashed after its answer was released.
        """
        with transaction(self.path, Access.READ) as connection:
            rows = connection.execute(
                "SELECT e.id, e.state, e.amount, e.at, e.note FROM entries e JOIN accounts a ON a.id = e.account AND"
                " a.generation = e.generation WHERE a.room = ? AND a.owner = ? AND a.template = ? AND a.kind = ?"
                " ORDER BY e.id",
                _key(account),
            ).fetchall()
        return tuple(
            Entry(number, EntryState(state), amount * account.kind.step, BEGINNING + at * _MICROSECOND, note)
            for number, state, amount, at, note in rows
        )

    def totals(self) -> tuple[Total, ...]:
        """Return what every budget has spent in total, across refreshes and re-creations."""
        with transaction(self.path, Access.READ) as connection:
            rows = connection.execute(
                "SELECT a.room, a.owner, a.template, a.kind, SUM(e.amount), SUM(e.loss), SUM(e.delta)"
                " FROM accounts a JOIN entries e"
                " ON e.account = a.id WHERE e.state <> 'released' GROUP BY a.id ORDER BY 1, 2, 3, 4"
            ).fetchall()
        return tuple(
            Total(
                room,
                owner,
                template,
                BudgetKind(kind),
                amount * BudgetKind(kind).step,
                PrivacyLoss(loss * RHO_STEP, min(delta, math.nextafter(1, 0))),
            )
            for room, owner, template, kind, amount, loss, delta in rows
        )

    def _spent(self, account: Account, limits: Sequence[Limit], at: datetime) -> list[Fraction]:
        moment = _microseconds(at)
        with transaction(self.path, Access.READ) as connection:
            found = _find_account(connection, account)
            steps = [_spent_steps(connection, *found, limit, moment) if found else 0 for limit in limits]
        return [amount * account.kind.step for amount in steps]

    def _close(self, reservation: Reservation, state: EntryState) -> None:
        with transaction(self.path) as connection:
            found = connection.execute(
                "SELECT e.state FROM entries e JOIN accounts a ON a.id = e.account WHERE e.id = ? AND a.room = ?"
                " AND a.owner = ? AND a.template = ? AND a.kind = ?",
                (reservation.entry, *_key(reservation.account)),
            ).fetchone()
            if found is None or found[0] not in (EntryState.RESERVED, state):
                raise ReservationClosed(
                    f"reservation {reservation.entry} of budget '{reservation.account.template}' is "
                    f"{found[0] if found else 'not in this ledger'}; it can no longer be {state.value}"
                )
            connection.execute("UPDATE entries SET state = ? WHERE id = ?", (state.value, reservation.entry))


def _reserve(
    connection: sqlite3.Connection,
    account: Account,
    amount: Fraction | int,
    moment: int,
    note: str,
    loss: PrivacyLoss | None,
) -> Reservation:
    steps = -(-Fraction(amount) // account.kind.step)
    if not 0 < steps <= LARGEST_AMOUNT:
        raise ValueError(f"amount must be above 0 and <= {LARGEST_AMOUNT * account.kind.step}; found {amount}")
    number, generation = _open_account(connection, account)
    at = BEGINNING + moment * _MICROSECOND
    for limit in account.limits:
        left = (
            _granted(account, limit) - _spent_steps(connection, number, generation, limit, moment) * account.kind.step
        )
        if steps * account.kind.step > left:
            refresh = next_refresh(limit.period, at) if limit.auto_refresh else None
            raise BudgetExhausted(account, limit, steps * account.kind.step, max(Fraction(0), left), refresh)
    lost, delta = _lost(account, steps, loss)
    entry = connection.execute(
        "INSERT INTO entries (account, generation, amount, at, state, note, loss, delta)"
        " VALUES (?, ?, ?, ?, 'reserved', ?, ?, ?)",
        (number, generation, steps, moment, note, lost, delta),
    ).lastrowid
    if entry is None:  # pragma: no cover - SQLite sets it after every INSERT
        raise AssertionError("the entry has no number")
    return Reservation(entry, account, steps * account.kind.step, at, note)


def _lost(account: Account, steps: int, loss: PrivacyLoss | None) -> tuple[int, float]:
    """Return the loss in steps of rho, rounded up, and its delta; 0 except for differential privacy budgets."""
    if account.kind is not BudgetKind.DIFFERENTIAL_PRIVACY:
        return 0, 0.0
    return (steps, 0.0) if loss is None else (-(-loss.rho // RHO_STEP), loss.delta)


def _spent_steps(connection: sqlite3.Connection, number: int, generation: int, limit: Limit, moment: int) -> int:
    start = _microseconds(period_start(limit.period, BEGINNING + moment * _MICROSECOND)) if limit.auto_refresh else 0
    if not limit.auto_refresh:
        start = connection.execute(
            "SELECT COALESCE(MAX(at), 0) FROM refreshes WHERE account = ? AND generation = ? AND at <= ?",
            (number, generation, moment),
        ).fetchone()[0]
    found = connection.execute(
        "SELECT COALESCE(SUM(amount), 0) FROM entries"
        " WHERE account = ? AND generation = ? AND at >= ? AND state <> 'released'",
        (number, generation, start),
    ).fetchone()
    return int(found[0])


def _open_account(connection: sqlite3.Connection, account: Account) -> tuple[int, int]:
    """Return the account's number and generation; create it if it is new, or check and record changed limits."""
    limit = account.limits[0]
    granted = limit.amount // account.kind.step
    found = connection.execute(
        "SELECT id, generation, period, granted, EXISTS (SELECT 1 FROM entries e WHERE e.account = a.id"
        " AND e.generation = a.generation) FROM accounts a WHERE room = ? AND owner = ? AND template = ? AND kind = ?",
        _key(account),
    ).fetchone()
    if found is None:
        connection.execute(
            "INSERT INTO accounts (room, owner, template, kind, period, granted) VALUES (?, ?, ?, ?, ?, ?)",
            (*_key(account), limit.period.value, granted),
        )
        return _open_account(connection, account)
    number, generation, period, before, was_used = found
    if was_used and account.kind is BudgetKind.DIFFERENTIAL_PRIVACY:
        _check_change(account, period, before * account.kind.step)
    if (period, before) != (limit.period.value, granted):
        connection.execute(
            "UPDATE accounts SET period = ?, granted = ? WHERE id = ?", (limit.period.value, granted, number)
        )
    return number, generation


def _check_change(account: Account, period: str, granted: Fraction) -> None:
    """Refuse what the service refuses once queries have run.

    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-settings.html
    """
    limit = account.limits[0]
    if _granted(account, limit) < granted:
        raise ForbiddenBudgetChange(
            f"budget '{account.template}' of {account.owner} was lowered from {float(granted):.6g} to "
            f"{float(limit.amount):.6g} rho after queries ran; it may only be raised, or deleted and re-created"
        )
    if period != limit.period.value:
        raise ForbiddenBudgetChange(
            f"budget '{account.template}' of {account.owner} was changed from {period} to {limit.period.value} after "
            "queries ran; its refresh is fixed when it is created: delete and re-create it"
        )


def _find_account(connection: sqlite3.Connection, account: Account) -> tuple[int, int] | None:
    found: tuple[int, int] | None = connection.execute(
        "SELECT id, generation FROM accounts WHERE room = ? AND owner = ? AND template = ? AND kind = ?", _key(account)
    ).fetchone()
    return found


def _key(account: Account) -> tuple[str, str, str, str]:
    return account.room, account.owner, account.template, account.kind.value


def _granted(account: Account, limit: Limit) -> Fraction:
    return limit.amount // account.kind.step * account.kind.step


def _microseconds(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError(f"the moment {at.isoformat()} has no time zone; use an aware datetime, e.g. in UTC")
    if at < BEGINNING:
        raise ValueError(f"the moment {at.isoformat()} is before 1970")
    return (at.astimezone(UTC) - BEGINNING) // _MICROSECOND
