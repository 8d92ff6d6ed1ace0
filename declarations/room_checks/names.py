"""Names and accounts that must be unique, or known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from declarations.base import Problem, unknown_name

if TYPE_CHECKING:  # rooms ask these checks, so their module imports this one
    from declarations.clean_room import CleanRoom

_Path = tuple[str | int, ...]


def unknown_accounts(room: CleanRoom) -> Iterator[Problem]:
    """The creator is not invited; each membership belongs to a member, and each member has at most one."""
    creator = room.collaboration.creator_account_id
    for index, member in enumerate(room.collaboration.members):
        if member.account_id == creator:
            message = f"account {creator!r} is the creator, who is not invited"
            yield Problem(("collaboration", "members", index, "account_id"), message)
    accounts = [membership.account_id for membership in room.memberships]
    for index, account in enumerate(accounts):
        if account not in room.members:
            message = f"account {account!r} is not a member of the collaboration"
            yield unknown_name(("memberships", index, "account_id"), message, account, "members", room.members)
        if account in accounts[:index]:
            yield Problem(("memberships", index, "account_id"), f"account {account!r} has a membership already")


def outside_accounts(room: CleanRoom) -> Iterator[Problem]:
    """Accounts that rules allow to query or to receive results are members: any other is a typo or has left.

    The API accepts any account, because a configured table may be in several collaborations; a room is one of them.
    """
    for path, account in _named_accounts(room):
        if account not in room.members:
            yield unknown_name(path, f"{account!r} is not a member of this room", account, "members", room.members)


def _named_accounts(room: CleanRoom) -> Iterator[tuple[_Path, str]]:
    """Yield every account that an analysis rule names, with its path."""
    for index, membership in enumerate(room.memberships):
        for member in ("configured_tables", "configured_table_associations", "intermediate_tables"):
            for position, table in enumerate(getattr(membership, member)):
                if table.analysis_rule is None:
                    continue
                path = ("memberships", index, member, position, "analysis_rule", table.analysis_rule.kind)
                for name in ("allowed_analysis_providers", "allowed_result_receivers"):
                    for place, account in enumerate(getattr(table.analysis_rule.chosen, name, None) or ()):
                        yield (*path, name, place), account


def duplicate_display_names(room: CleanRoom) -> Iterator[Problem]:
    """Display names are unique, ignoring case.

    The API does not require it, but people tell members apart by name, and commands take the member by name.
    """
    names = [room.collaboration.creator_display_name, *(member.display_name for member in room.collaboration.members)]
    folded = [name.casefold().strip() for name in names]
    for index, member in enumerate(room.collaboration.members):
        if folded[index + 1] in folded[: index + 1]:
            message = f"another member is called {member.display_name!r} already; give each a name of its own"
            yield Problem(("collaboration", "members", index, "display_name"), message)


def duplicate_names(room: CleanRoom) -> Iterator[Problem]:
    """Names are unique per member; table names in SQL are unique in the room, ignoring case."""
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
