"""One table in several rooms, whose losses nobody adds up."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.association import ConfiguredTableAssociation
from declarations.clean_room import CleanRoom
from declarations.naming import listed
from policies.policy import Policy, Severity, Violation
from policies.rules import associated_table, identifies_people
from policies.subjects import ASSOCIATIONS, Placed


def one_table_in_several_rooms(placed: Placed[ConfiguredTableAssociation]) -> Iterator[Violation]:
    """One table in several rooms.

    Why: Each room has its own budget and minimum, and no service adds them up: the same person's rows
        answer twice.
    Avoid: the same Glue table behind associations in two rooms
    Prefer: one room a table, or a waiver that says how the losses are added
    Source: https://doi.org/10.1561/0400000042
    """
    table = associated_table(placed)
    if not identifies_people(table):
        return
    rows = (placed.owner, table.table_reference.rows_behind)
    others = [
        other.name for other in placed.estate.rooms if other is not placed.named_room and rows in _shared(other.room)
    ]
    if others:
        message = f"the rows behind {placed.declaration.name!r} are also in {listed(others)}"
        yield Violation((), f"{message}, and nobody adds the losses up; share them in one room")


def _shared(room: CleanRoom) -> set[tuple[str, tuple[str, ...]]]:
    """Return the rows that *room* shares, each with its owner."""
    return {(member.account_id, table.table_reference.rows_behind) for member, _, table in room.associated_tables()}


POLICY = Policy(one_table_in_several_rooms, ASSOCIATIONS, Severity.HIGH)
