"""What a budget was charged, oldest first: for `cleanroom budget`, of either cloud."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from cli.console.terminal import table, wrapped
from simulator.privacy.accounts import Account, Entry, EntryState
from simulator.privacy.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Charge:
    """What one query was charged; each kind of budget adds what it counts.

    Attributes:
        at: When it was reserved: ISO 8601, UTC.
        state: What became of it.
        query: The query's name, and a fingerprint of its text.
    """

    at: str
    state: EntryState
    query: str


AnyCharge = TypeVar("AnyCharge", bound=Charge)


def entries_of(account: Account, ledger: Ledger | None) -> tuple[Entry, ...]:
    """Return everything that *account* was charged; nothing without a ledger."""
    return ledger.history(account) if ledger else ()


def unfinished(charges: Sequence[AnyCharge]) -> tuple[AnyCharge, ...]:
    """Return what is reserved and not yet settled."""
    return tuple(charge for charge in charges if charge.state is EntryState.RESERVED)


def charges_text(left_open: Sequence[Charge], history: Sequence[Charge], amounts: Sequence[str]) -> Iterator[str]:
    """List unfinished reservations, which nobody else would tell of, and the history where it was asked for.

    Args:
        left_open: What is unfinished.
        history: Every charge; nothing if it was not asked for.
        amounts: Names of the attributes to show: what the budget counts.
    """
    for title, charges in (("unfinished", left_open), ("history", history)):
        if not charges:
            continue
        yield f"{title}:"
        rows = [
            (
                f"{charge.at[:16].replace('T', ' ')} UTC",
                charge.state.value,
                *(f"{getattr(charge, amount):g}" for amount in amounts),
                charge.query,
            )
            for charge in charges
        ]
        yield table(("reserved", "state", *amounts, "query"), rows, numeric=frozenset(range(2, 2 + len(amounts))))
        if charges is left_open:
            yield wrapped("these count as spent: their queries still run, or died when an answer may have been out", "")
