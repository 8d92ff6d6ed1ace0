"""The file behind the ledger: an SQLite database with its schema.

It uses SQLite's rollback journal, not the write-ahead log: then the ledger is one ordinary file whenever nobody writes,
which can be copied and backed up, and it needs no shared memory. Spending is rare, so it does not matter that readers
wait for a writer. `synchronous=EXTRA` makes a commit survive a power failure, the deletion of the journal included.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

from simulator.privacy.accounts import LedgerFileError
from simulator.privacy.query_note import query_note

APPLICATION_ID = 0x0C1EA4D9
"""Marks a ledger in SQLite's file header."""

SCHEMA_VERSION = 3
"""Version of the schema below, in SQLite's header."""

_SECONDS_TO_WAIT = 60.0  # for another process's transaction; each takes milliseconds

_FROM_VERSION_1 = (
    # Version 1 kept only charges, which equalled the loss except for thresholds on groups.
    "ALTER TABLE entries ADD COLUMN loss INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE entries ADD COLUMN delta REAL NOT NULL DEFAULT 0",
    "UPDATE entries SET loss = amount WHERE account IN (SELECT id FROM accounts WHERE kind = 'DIFFERENTIAL_PRIVACY')",
    "PRAGMA user_version = 2",
)
_FROM_VERSION_2 = (
    # Version 2 kept the text of queries, which may name persons; pages that held it are overwritten.
    "PRAGMA secure_delete = ON",
    "UPDATE entries SET note = query_note(note) WHERE note <> ''",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)

_SCHEMA = (
    """CREATE TABLE accounts (
        id INTEGER PRIMARY KEY,
        room TEXT NOT NULL,
        owner TEXT NOT NULL,
        template TEXT NOT NULL,
        kind TEXT NOT NULL,
        generation INTEGER NOT NULL DEFAULT 0,
        period TEXT NOT NULL,
        granted INTEGER NOT NULL,
        UNIQUE (room, owner, template, kind)
    )""",
    # Amounts are whole steps of the account's kind, losses of rho; times are microseconds since 1970, UTC.
    """CREATE TABLE entries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        account INTEGER NOT NULL REFERENCES accounts (id),
        generation INTEGER NOT NULL,
        amount INTEGER NOT NULL CHECK (typeof(amount) = 'integer' AND amount > 0),
        at INTEGER NOT NULL CHECK (typeof(at) = 'integer'),
        state TEXT NOT NULL CHECK (state IN ('reserved', 'committed', 'released')),
        note TEXT NOT NULL,
        loss INTEGER NOT NULL CHECK (typeof(loss) = 'integer' AND loss >= 0),
        delta REAL NOT NULL CHECK (delta >= 0)
    )""",
    "CREATE INDEX entries_by_account ON entries (account, generation, at)",
    """CREATE TABLE refreshes (
        account INTEGER NOT NULL REFERENCES accounts (id),
        generation INTEGER NOT NULL,
        at INTEGER NOT NULL
    )""",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)


class Access(Enum):
    """What a transaction may do."""

    READ = "read"
    """Read one consistent state."""
    WRITE = "write"
    """Read and write; the file must exist, so that a lost ledger is not silently replaced by an empty one."""
    CREATE = "create"
    """Read and write; a missing file is created."""


def create_if_missing(path: Path) -> None:
    """Make sure that *path* is a ledger of this version; a missing or empty file becomes one.

    Raises:
        LedgerFileError: The file is something else, or from a newer version, or cannot be written.
    """
    if not path.parent.is_dir():
        raise LedgerFileError(f"cannot create the ledger {path}: there is no folder {path.parent}")
    with transaction(path, Access.CREATE) as connection:
        if _pragma(connection, "application_id") == 0 and not _tables(connection):
            for statement in _SCHEMA:
                connection.execute(statement)
        _check_header(path, connection)
        for version, statements in ((1, _FROM_VERSION_1), (2, _FROM_VERSION_2)):
            if _pragma(connection, "user_version") == version:
                connection.create_function("query_note", 1, query_note, deterministic=True)
                for statement in statements:
                    connection.execute(statement)


@contextmanager
def transaction(path: Path, access: Access = Access.WRITE) -> Iterator[sqlite3.Connection]:
    """Open the ledger for one isolated transaction.

    The connection is opened for this transaction only: connections must not be carried across a fork, and opening one
    costs less than a write to the disk. If the block raises, the transaction is rolled back.

    Args:
        path: The file.
        access: What the transaction may do.

    Raises:
        LedgerFileError: The file is not an SQLite database, cannot be opened or written, or stays locked for a minute.
    """
    address = f"{path.resolve().as_uri()}?mode={'rwc' if access is Access.CREATE else 'rw'}"
    try:
        connection = sqlite3.connect(address, uri=True, timeout=_SECONDS_TO_WAIT, isolation_level=None)
    except sqlite3.Error as error:
        raise LedgerFileError(f"cannot open the ledger {path}: {error}") from error
    try:
        connection.execute("PRAGMA synchronous = EXTRA")
        # Taking the writer's lock first keeps two processes from both reading a budget and then both spending it.
        connection.execute("BEGIN" if access is Access.READ else "BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        raise LedgerFileError(f"cannot use the ledger {path}: {error}") from error
    finally:
        connection.close()


def _check_header(path: Path, connection: sqlite3.Connection) -> None:
    if _pragma(connection, "application_id") != APPLICATION_ID:
        tables = ", ".join(_tables(connection)) or "none"
        raise LedgerFileError(f"{path} is an SQLite database but not a ledger (tables: {tables}); name another file")
    version = _pragma(connection, "user_version")
    if not 1 <= version <= SCHEMA_VERSION:
        raise LedgerFileError(
            f"the ledger {path} has schema version {version}, this program knows {SCHEMA_VERSION}; use a newer program"
        )


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _tables(connection: sqlite3.Connection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
