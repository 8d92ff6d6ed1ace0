"""Tables that several rooms use: their budgets are separate, but the privacy losses of a user add up.

AWS does not track this: each room has its own template and budget, while a user in the table is in all rooms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from declarations.clean_room import CleanRoom
from simulator.privacy.accountant import PrivacyLoss, compose
from simulator.privacy.accounts import BudgetKind
from simulator.privacy.ledger import Ledger
from simulator.room import tables
from simulator.table_rules import user_identifier


@dataclass(frozen=True, slots=True)
class SharedTable:
    """A table that is associated with several rooms, under differential privacy in at least one of them.

    Attributes:
        source: Name of the data behind it, e.g. "glue.us-east-1.sales.transactions".
        owner: Account id of its owner.
        rooms: Names of the collaborations, in the order given.
        exact: The rooms among them that use it without differential privacy; they add an unbounded loss.
        loss: Upper bound on the loss of a user of the table, over all rooms under differential privacy and all time:
            the whole loss of the owner's budgets there, as if every query had read this table.
    """

    source: str
    owner: str
    rooms: tuple[str, ...]
    exact: tuple[str, ...]
    loss: PrivacyLoss


def shared_tables(rooms: Sequence[tuple[CleanRoom, Ledger | None]]) -> tuple[SharedTable, ...]:
    """Return the tables that at least two of the rooms use, one of them under differential privacy, with the loss.

    Args:
        rooms: Rooms, each with its ledger; None for a room that was never used.
    """
    users: dict[tuple[str, str], dict[int, bool]] = {}
    for index, (room, _) in enumerate(rooms):
        for table in tables(room).values():
            if table.source:
                private = users.setdefault((table.owner, table.source), {})
                private[index] = private.get(index, True) and user_identifier(table) is not None
    return tuple(
        _shared(rooms, owner, source, private)
        for (owner, source), private in sorted(users.items())
        if len(private) > 1 and any(private.values())
    )


def _shared(
    rooms: Sequence[tuple[CleanRoom, Ledger | None]], owner: str, source: str, private: Mapping[int, bool]
) -> SharedTable:
    names = {index: rooms[index][0].collaboration.name for index in private}
    return SharedTable(
        source,
        owner,
        tuple(names.values()),
        tuple(names[index] for index in private if not private[index]),
        compose(loss_of(*rooms[index], owner) for index in private if private[index]),
    )


def loss_of(room: CleanRoom, ledger: Ledger | None, owner: str) -> PrivacyLoss:
    """Return the total privacy loss of *owner*'s users in a room, across refreshes and re-creations of the budget."""
    return compose(
        total.loss
        for total in (ledger.totals() if ledger else ())
        if (total.room, total.owner) == (room.collaboration.name, owner)
        and total.kind is BudgetKind.DIFFERENTIAL_PRIVACY
    )
