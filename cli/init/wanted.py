"""What the words of `cleanroom init` ask for: two members, and tables in files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import TypeAdapter, ValidationError

from cli.console.ending import fail
from cli.console.possible_paths import why_impossible
from declarations.base import AccountId, DisplayName, TableAlias
from declarations.naming import did_you_mean, listed
from declarations.reserved_words import reserved_word

_MEMBERS: Final = 2
_ACCOUNT: Final = TypeAdapter[str](AccountId)
_DISPLAYED: Final = TypeAdapter[str](DisplayName)
_TABLE: Final = TypeAdapter[str](TableAlias)


class Member(NamedTuple):
    """A member of a new room.

    Attributes:
        name: The name that the other member sees.
        account: Account id.
    """

    name: str
    account: str


class TableFile(NamedTuple):
    """A table of a new room.

    Attributes:
        name: Its name in SQL.
        owner: The member who brings it.
        path: A file, or a folder of its files.
    """

    name: str
    owner: Member
    path: Path


def members_or_exit(words: Sequence[str]) -> tuple[Member, Member]:
    """Return the two members: who brings tables, and who asks.

    Args:
        words: As NAME=ACCOUNT.

    Raises:
        typer.Exit: They are not two, a name or an account is no such thing, or both are the same.
    """
    members = [_member(word) for word in words]
    if len(members) != _MEMBERS:
        fail(f"cleanroom init: --member: a first room has two members; found {len(members)}; write the option twice")
    first, second = members
    if same := {first.name.lower(), first.account} & {second.name.lower(), second.account}:
        fail(f"cleanroom init: --member: both members are {min(same)!r}; two names and two accounts are needed")
    return first, second


def _member(word: str) -> Member:
    name, _, account = word.rpartition("=")
    if ":" in name or not is_displayable(name):
        fail(f"cleanroom init: --member: {word!r} is not NAME=ACCOUNT, such as Retailer=111111111111")
    if not _is_a(_ACCOUNT, account):
        fail(f"cleanroom init: --member {name}: {account!r} is no account id, which has 12 digits")
    return Member(name, account)


def is_displayable(name: str) -> bool:
    """Tell whether *name* can be a member's or a room's, and be written in one line."""
    return _is_a(_DISPLAYED, name) and name.isprintable()


def tables_or_exit(words: Sequence[str], members: tuple[Member, Member]) -> tuple[TableFile, ...]:
    """Return the tables.

    Args:
        words: As NAME=FILE, which is the first member's, or MEMBER:NAME=FILE.
        members: Both members.

    Raises:
        typer.Exit: A name is no table's, occurs twice or is no member's, or there is no such file.
    """
    tables = [_table(word, members) for word in words]
    names = [table.name.lower() for table in tables]
    if twice := next((name for index, name in enumerate(names) if name in names[:index]), None):
        fail(f"cleanroom init: --table: two tables are called {twice!r}; a room's tables have different names")
    if all(table.owner != members[0] for table in tables):
        fail(f"cleanroom init: --table: the first query is about a table of {members[0].name}; give it one")
    return tuple(sorted(tables, key=lambda table: members.index(table.owner)))


def _table(word: str, members: tuple[Member, Member]) -> TableFile:
    named, _, file = word.partition("=")
    owner, _, name = named.rpartition(":")
    if not file or not _is_a(_TABLE, name):
        allowed = "a name has letters, digits, '_', and spaces and hyphens inside"
        fail(f"cleanroom init: --table: {word!r} is not NAME=FILE, such as orders=orders.csv; {allowed}")
    if reserved := reserved_word(name):
        fail(f"cleanroom init: --table: no table can be called {name!r}: {reserved} is a word of SQL")
    by_name = {member.name: member for member in members}
    if owner and owner not in by_name:
        known = f"{did_you_mean(owner, by_name)}; members: {listed(by_name)}"
        fail(f"cleanroom init: --table {name}: there is no member {owner!r}{known}")
    path = Path(file)
    why = why_impossible(path)
    if why or not path.exists():
        fail(f"cleanroom init: --table {name}: {file}: {why or 'there is no such file'}")
    return TableFile(name, by_name.get(owner, members[0]), path)


def _is_a(kind: TypeAdapter[str], text: str) -> bool:
    try:
        return kind.validate_python(text) != ""
    except ValidationError:
        return False
