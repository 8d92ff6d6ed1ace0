"""DuckDB as the engine: tables are copied in, then every door to files, network and settings is locked."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import duckdb

from simulator.execution.engine import Column, Relation
from simulator.execution.errors import QueryFailedError

_OPENING = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET TimeZone = 'UTC'",
    # Turns row_number() <= k into arg_min(..., k): three times slower on many small partitions, and it has had
    # wrong-result bugs (DuckDB issues 23678, 24708, 24710, 24711).
    "SET disabled_optimizers = 'top_n_window_elimination'",
    "CREATE SCHEMA data",
)
_LOCKING = ("SET enable_external_access = false", "SET lock_configuration = true")


def quoted(name: str) -> str:
    """Return *name* as a quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return *text* as a string literal."""
    return "'" + text.replace("'", "''") + "'"


class DuckDBEngine:
    """One private in-memory database, for one run.

    Args:
        reproducible: Run on one thread, so that row order, and with it seeded sampling, repeats.
        memory_limit: Most memory the engine may use, as DuckDB writes it (e.g. "4GB"); None for its default.
    """

    def __init__(self, *, reproducible: bool = False, memory_limit: str | None = None) -> None:
        config: dict[str, Any] = {"temp_directory": ""}
        if reproducible:
            config["threads"] = 1
        if memory_limit is not None:
            config["memory_limit"] = memory_limit
        self.connection = duckdb.connect(":memory:", config=config)
        for statement in _OPENING:
            self.connection.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Drop the database with all its rows."""
        self.connection.close()

    def lock(self) -> None:
        """Cut the engine off: from here on no statement can reach a file, the network or a setting."""
        for statement in _LOCKING:
            self.connection.execute(statement)

    def seed(self, fraction: float) -> None:
        """Seed the engine's random(), used to sample rows. *fraction* lies in [-1, 1]."""
        self.connection.execute("SELECT setseed($1)", [fraction]).fetchall()

    def query(self, sql: str) -> Relation:
        """Run one SELECT and fetch its rows.

        Raises:
            QueryFailedError: DuckDB gave up; its words are the error's detail.
        """
        self._execute(sql)
        described = self.connection.description or []
        columns = tuple(Column(name, str(kind)) for name, kind, *_ in described)
        return Relation(columns, tuple(self._fetch(sql)))

    def create(self, name: str, sql: str) -> None:
        """Keep the rows of the SELECT *sql* as the internal table *name*."""
        self._execute(f"CREATE TABLE {quoted(name)} AS {sql}")

    def append(self, name: str, sql: str) -> None:
        """Add the rows of the SELECT *sql* to the internal table *name*."""
        self._execute(f"INSERT INTO {quoted(name)} {sql}")

    def drop(self, name: str) -> None:
        """Forget the internal table *name*."""
        self._execute(f"DROP TABLE {quoted(name)}")

    def insert(self, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
        """Keep *rows* as the internal table *name* with the given columns."""
        fields = ", ".join(f"{quoted(column.name)} {column.type}" for column in columns)
        self._execute(f"CREATE TABLE {quoted(name)} ({fields})")
        if rows:
            values = ", ".join(f"unnest(${index}::{column.type}[])" for index, column in enumerate(columns, start=1))
            lists = [[row[index] for row in rows] for index in range(len(columns))]
            self._execute(f"INSERT INTO {quoted(name)} SELECT {values}", lists)

    def _execute(self, sql: str, parameters: list[Any] | None = None) -> None:
        try:
            self.connection.execute(sql, parameters)
        except duckdb.Error as error:
            raise QueryFailedError(_FAILED, str(error)) from error

    def _fetch(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self.connection.fetchall()
        except duckdb.Error as error:
            raise QueryFailedError(_FAILED, f"{error} in {sql}") from error


# One text for every failure: the engine's own words can quote a row.
_FAILED = "the engine could not finish the query"
