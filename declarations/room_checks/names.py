"""Names and accounts that must be unique, or known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from declarations.base import Problem
from declarations.clean_room import CleanRoom

_Path = tuple[str | int, ...]


def unknown_accounts(room: CleanRoom) -> Iterator[Problem]:
    """Each member once in the collaboration; each membership is a member's, one a member."""
    creator = room.collaboration.creator_account_id
    for index, member in enumerate(room.collaboration.members):
        if member.account_id == creator:
            message = f"account {creator!r} is the creator, who is not invited"
            yield Problem(("collaboration", "members", index, "account_id"), message)
    accounts = [membership.account_id for membership in room.memberships]
    for index, account in enumerate(accounts):
        if account not in room.members:
            members = ", ".join(repr(member) for member in room.members)
            message = f"account {account!r} is no member of the collaboration (members: {members})"
            yield Problem(("memberships", index, "account_id"), message)
        if account in accounts[:index]:
            yield Problem(("memberships", index, "account_id"), f"account {account!r} has a membership already")


def duplicate_names(room: CleanRoom) -> Iterator[Problem]:
    """Names are unique per member; the names that SQL sees are unique in the room, whatever their case."""
    for index, membership in enumerate(room.memberships):
        path = ("memberships", index)
        tables = [table.name for table in membership.configured_tables]
        yield from _repeated("configured table", ((*path, "configured_tables"), tables))
        templates = [template.name for template in membership.analysis_templates]
        yield from _repeated("analysis template", ((*path, "analysis_templates"), templates))
        namespaces = [namespace.name for namespace in membership.id_namespace_associations]
        yield from _repeated("ID namespace association", ((*path, "id_namespace_associations"), namespaces))
    yield from _repeated("table", *_sql_names(room))


def _sql_names(room: CleanRoom) -> Iterator[tuple[_Path, list[str]]]:
    for index, membership in enumerate(room.memberships):
        for member in ("configured_table_associations", "id_mapping_tables", "intermediate_tables"):
            yield ("memberships", index, member), [table.name.lower() for table in getattr(membership, member)]


def _repeated(thing: str, *groups: tuple[_Path, Iterable[str]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, names in groups:
        for position, name in enumerate(names):
            if name in seen:
                yield Problem((*path, position, "name"), f"another {thing} is named {name!r} already")
            seen.add(name)
