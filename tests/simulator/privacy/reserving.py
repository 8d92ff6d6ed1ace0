"""Reservations in one account, and those left open."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from simulator.privacy.accountant import PrivacyLoss
from simulator.privacy.accounts import Account, Entry, EntryState, Reservation
from simulator.privacy.ledger import Ledger


def reserve(
    ledger: Ledger,
    account: Account,
    amount: Fraction | int,
    at: datetime,
    note: str = "",
    loss: PrivacyLoss | None = None,
) -> Reservation:
    """Set *amount* aside in *account*."""
    return ledger.reserve_all([(account, amount)], at, note, loss)[0]


def still_open(ledger: Ledger, account: Account) -> list[Entry]:
    """Return the entries neither committed nor released, oldest first."""
    return [entry for entry in ledger.history(account) if entry.state is EntryState.RESERVED]
