"""The endpoint's state in one SQLite file: a crash loses no change that was answered.

The resources of this package are stored as they are. moto cannot serialise its state, so the file holds the requests
that changed it, each with the seed of its random ids; they are replayed when the endpoint starts. Creation times of
moto's resources are then those of the replay.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple

from simulator.api.store import Key, Listener, Record, Store

_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    region TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (region, kind, id));
CREATE TABLE IF NOT EXISTS requests (
    number INTEGER PRIMARY KEY, method TEXT NOT NULL, uri TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL,
    seed INTEGER NOT NULL);
"""
_TIME = "$time"


class StateFileError(Exception):
    """The file is not a state file of this version, or cannot be written."""


class SentRequest(NamedTuple):
    """A request that changed moto's state.

    Attributes:
        method: The HTTP method.
        uri: Path and query, still encoded.
        headers: WSGI environment variables of the headers.
        body: The body.
        seed: The seed of moto's random ids.
    """

    method: str
    uri: str
    headers: Mapping[str, str]
    body: bytes
    seed: int


class StateFile:
    """The file, open for as long as the endpoint runs.

    Args:
        path: The file; created if it does not exist.

    Raises:
        StateFileError: It is not a state file of this version, or is in use by another endpoint.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = RLock()
        try:
            self._connection = sqlite3.connect(path, timeout=1, check_same_thread=False, isolation_level=None)
            # The lock is held until the file is closed, so that no second endpoint writes to it.
            self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if version != _VERSION and (version or tables):
                raise StateFileError(f"{path} is not a state file of this version")
            self._connection.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; {_SCHEMA}")
            self._connection.execute(f"PRAGMA user_version = {_VERSION}")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise StateFileError(f"{path} is in use by another endpoint") from None
            raise StateFileError(f"{path} cannot be used as a state file: {error}") from None
        except sqlite3.Error as error:
            raise StateFileError(f"{path} cannot be used as a state file: {error}") from None

    @property
    def folder(self) -> Path:
        """The folder beside the file: the ledger, and the rows of intermediate tables."""
        folder = self.path.with_name(f"{self.path.name}.d")
        folder.mkdir(exist_ok=True)
        return folder

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def listener(self, region: str) -> Listener:
        """Return a listener that writes the changes of a region, those of one call atomically.

        It raises `StateFileError` when the file cannot be written.
        """

        def changed(records: Mapping[Key, Record | None]) -> None:
            with self._writing():
                for (kind, record_id), record in records.items():
                    self._write(region, kind, record_id, record)

        return changed

    def fill(self, store: Store) -> None:
        """Load the resources of a region from the file into its store."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT document FROM records WHERE region = ? ORDER BY rowid", (store.region,)
            ).fetchall()
        for (document,) in rows:
            store.put(Record(**json.loads(document, object_hook=_decoded)))

    def regions(self) -> list[str]:
        """Return the regions with resources in the file."""
        with self._lock:
            return [region for (region,) in self._connection.execute("SELECT DISTINCT region FROM records")]

    def add_request(self, sent: SentRequest) -> int:
        """Record a request that is about to change moto's state; return its number.

        Raises:
            StateFileError: The file cannot be written.
        """
        with self._writing():
            added = self._connection.execute(
                "INSERT INTO requests (method, uri, headers, body, seed) VALUES (?, ?, ?, ?, ?) RETURNING number",
                (sent.method, sent.uri, json.dumps(sent.headers), sent.body, sent.seed),
            )
            (number,) = added.fetchone()
        return int(number)

    def remove_request(self, number: int) -> None:
        """Delete a request that changed nothing, since moto refused it.

        Raises:
            StateFileError: The file cannot be written.
        """
        with self._writing():
            self._connection.execute("DELETE FROM requests WHERE number = ?", (number,))

    def requests(self) -> Iterator[SentRequest]:
        """Yield the requests in the order in which they were answered."""
        with self._lock:
            numbers = [number for (number,) in self._connection.execute("SELECT number FROM requests ORDER BY number")]
        for number in numbers:
            with self._lock:
                method, uri, headers, body, seed = self._connection.execute(
                    "SELECT method, uri, headers, body, seed FROM requests WHERE number = ?", (number,)
                ).fetchone()
            yield SentRequest(method, uri, json.loads(headers), body, seed)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Run the block as one durable transaction."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield
                self._connection.execute("COMMIT")
            except BaseException as error:
                if self._connection.in_transaction:  # after some errors SQLite has rolled back already
                    self._connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise StateFileError(f"{self.path} cannot be written: {error}") from error
                raise

    def _write(self, region: str, kind: str, record_id: str, record: Record | None) -> None:
        if record is None:
            key = (region, kind, record_id)
            self._connection.execute("DELETE FROM records WHERE region = ? AND kind = ? AND id = ?", key)
            return
        document = {each.name: getattr(record, each.name) for each in fields(Record)}
        self._connection.execute(
            "INSERT INTO records VALUES (?, ?, ?, ?)"
            " ON CONFLICT (region, kind, id) DO UPDATE SET document = excluded.document",
            (region, kind, record_id, json.dumps(document, default=_encoded)),
        )


def _encoded(value: object) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, datetime):
        return {_TIME: value.isoformat()}
    raise TypeError(f"{type(value).__name__} has no form in a state file")


def _decoded(held: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    return datetime.fromisoformat(held[_TIME]) if held.keys() == {_TIME} else held
