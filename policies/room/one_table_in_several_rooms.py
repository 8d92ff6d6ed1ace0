"""One table in several rooms, whose losses nobody adds up."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import CleanRoom, RoomMembership
from declarations.configured_table import ConfiguredTable
from declarations.naming import listed
from policies.policy import Policy, Severity, Violation
from policies.rules import identifies_people
from policies.subjects import ROOMS, Placed


def one_table_in_several_rooms(placed: Placed[CleanRoom]) -> Iterator[Violation]:
    """One table in several rooms.

    Why: Each room has its own budget and minimum, and no service adds them up: the same person's rows
        answer twice.
    Avoid: the same Glue table behind associations in two rooms
    Prefer: one room a table, or a waiver that says how the losses are added
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules.html
    """
    for at, member in enumerate(placed.declaration.memberships):
        for index, association in enumerate(member.configured_table_associations):
            table = member.configured_table(association.configured_table_name)
            if table is None or not identifies_people(table):
                continue
            others = [
                room.name
                for room in placed.estate.rooms
                if room.name != placed.named_room.name and _source(member, table) in _sources(room.room)
            ]
            if others:
                path = ("memberships", at, "configured_table_associations", index)
                message = (
                    f"the rows behind {association.name!r} are also in {listed(others)}; their losses add up unseen"
                )
                yield Violation(path, message, association.name)


def _source(member: RoomMembership, table: ConfiguredTable) -> tuple[str, str]:
    """Return the owner of the rows, and where they are in words that do not depend on the order of keys."""
    return member.account_id, table.table_reference.model_dump_json(exclude_none=True)


def _sources(room: CleanRoom) -> set[tuple[str, str]]:
    return {_source(member, table) for member, _, table in room.associated_tables()}


POLICY = Policy(one_table_in_several_rooms, ROOMS, Severity.HIGH)
