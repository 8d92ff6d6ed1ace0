# ruff: noqa: S608 - identifiers are quoted by quoted(); no other text enters the SQL
"""Copying rows into the engine, each column checked against its declared type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from declarations.naming import closest, listed
from simulator.execution.column_types import duckdb_type, is_text
from simulator.execution.csv_files import csv_error
from simulator.execution.duckdb_engine import DuckDBEngine, quoted
from simulator.execution.errors import DataError, MissingColumnError, WrongTypeError
from simulator.request import Table

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")


def copy_checked(
    engine: DuckDBEngine, table: Table, columns: Sequence[str], target: str, scan: str, path: Path | None
) -> None:
    """Make the table *target* from the needed columns of *scan*, cast to their declared types.

    Args:
        engine: An engine that is not locked yet.
        table: The declared table.
        columns: The needed columns, lower case; none makes a table that only counts rows.
        target: SQL name of the table to make, already quoted.
        scan: A table function or name, already quoted.
        path: The file or folder, for messages.

    Raises:
        MissingColumnError: A needed column is not in the rows.
        WrongTypeError: A value cannot be held by the declared type.
        DataError: The rows cannot be read at all.
    """
    try:
        found = {row[0].lower(): (row[0], row[1]) for row in _rows(engine, f"DESCRIBE SELECT * FROM {scan}")}
        casts = [_Cast(table, column, *_found(table, column, found, path)) for column in columns]
        _check(engine, [cast for cast in casts if cast.may_fail], scan, path)
        selected = ", ".join(f"{cast.value} AS {quoted(cast.column)}" for cast in casts) or "1 AS nothing"
        engine.connection.execute(f"CREATE TABLE {target} AS SELECT {selected} FROM {scan}")
    except duckdb.Error as error:
        told = csv_error(table.name, error, path)
        raise told or DataError(table.name, f"its rows cannot be read: {_first_line(error)}", path) from error


class _Cast:
    """How one column gets from the type it is stored in to the type it is declared as."""

    def __init__(self, table: Table, column: str, stored_name: str, stored: str) -> None:
        self.table, self.column, self.stored = table, column, stored
        self.raw = quoted(stored_name)
        try:
            self.declared = duckdb_type(table.columns[column])
        except ValueError as error:
            raise WrongTypeError(table.name, f"column {column!r}: {error}") from error
        self.value = self.raw if stored == self.declared else f"TRY_CAST({self.raw} AS {self.declared})"

    @property
    def may_fail(self) -> bool:
        return self.stored != self.declared and not is_text(self.declared)

    @property
    def failed(self) -> str:
        lost = f"{self.raw} IS NOT NULL AND {self.value} IS NULL"
        if self.declared in _WHOLE:
            # A cast to a whole number rounds; 1.5 is no int.
            return f"({lost} OR TRY_CAST({self.value} AS DOUBLE) <> TRY_CAST({self.raw} AS DOUBLE))"
        return f"({lost})"


def _check(engine: DuckDBEngine, casts: Sequence[_Cast], scan: str, path: Path | None) -> None:
    if not casts:
        return
    counts = ", ".join(
        f"count(*) FILTER (WHERE {cast.failed}), "
        f"any_value(CAST({cast.raw} AS VARCHAR) ORDER BY {cast.raw}) FILTER (WHERE {cast.failed})"
        for cast in casts
    )
    (answer,) = _rows(engine, f"SELECT {counts} FROM {scan}")
    for cast, wrong, example in zip(casts, answer[::2], answer[1::2], strict=True):
        if wrong:
            raise WrongTypeError(
                cast.table.name,
                f"column {cast.column!r} is declared {cast.table.columns[cast.column]!r}, "
                f"but {wrong} row{'s hold' if wrong > 1 else ' holds'} something else, for example {example!r}",
                path,
            )


def _rows(engine: DuckDBEngine, sql: str) -> list[tuple[Any, ...]]:
    return engine.connection.execute(sql).fetchall()


def _found(table: Table, column: str, found: dict[str, tuple[str, str]], path: Path | None) -> tuple[str, str]:
    if column not in found:
        raise missing_column(table, column, (name for name, _ in found.values()), path)
    return found[column]


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def missing_column(table: Table, column: str, found: Iterable[str], path: Path | None) -> MissingColumnError:
    """Make the error for a declared column that the rows lack."""
    known = list(found)
    near = closest(column, known)
    hint = f"; did you mean {near!r}?" if near else ""
    found_names = listed(known, nothing="no column", first=near)
    return MissingColumnError(table.name, f"column {column!r} is not in the rows (found: {found_names}){hint}", path)
