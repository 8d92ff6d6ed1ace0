"""Tables that several rooms use: their budgets are separate, but what they give away about a user adds up.

AWS does not track this. Each room has its own template with its own budget; a user who is in the table is in all rooms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from declarations.clean_room import CleanRoom
from simulator.privacy.accountant import PrivacyLoss, compose
from simulator.privacy.accounts import BudgetKind
from simulator.privacy.ledger import Ledger
from simulator.room import tables
from simulator.table_rules import user_identifier


@dataclass(frozen=True, slots=True)
class SharedTable:
    """A table under differential privacy that is associated with several rooms.

    Attributes:
        source: Name of the data behind it, e.g. "glue.sales.transactions".
        owner: Account id of its owner.
        rooms: Names of the collaborations, in the order given.
        loss: At most so much is lost about a user of the table, over all rooms and since ever: the whole loss of the
            owner's budgets there, as if every query had read this table.
    """

    source: str
    owner: str
    rooms: tuple[str, ...]
    loss: PrivacyLoss


def shared_tables(rooms: Sequence[tuple[CleanRoom, Ledger | None]]) -> tuple[SharedTable, ...]:
    """Return the protected tables that at least two of the rooms use, with what they lost together.

    Args:
        rooms: Rooms, each with its ledger; None for a room that was never used.
    """
    users: dict[tuple[str, str], list[int]] = {}
    for index, (room, _) in enumerate(rooms):
        for owner, source in {(t.owner, t.source) for t in tables(room).values() if user_identifier(t) and t.source}:
            users.setdefault((owner, source or ""), []).append(index)
    return tuple(
        SharedTable(
            source,
            owner,
            tuple(rooms[index][0].collaboration.name for index in found),
            compose(loss_of(*rooms[index], owner) for index in found),
        )
        for (owner, source), found in sorted(users.items())
        if len(found) > 1
    )


def loss_of(room: CleanRoom, ledger: Ledger | None, owner: str) -> PrivacyLoss:
    """Return what a room's queries have lost of *owner*'s users since ever, refreshes and re-creations included."""
    return compose(
        total.loss
        for total in (ledger.totals() if ledger else ())
        if (total.room, total.owner) == (room.collaboration.name, owner)
        and total.kind is BudgetKind.DIFFERENTIAL_PRIVACY
    )
