# ruff: noqa: S608 - identifiers are quoted by quoted(); no other text enters the SQL
"""Copying rows into the engine, each column checked against its declared type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from declarations.naming import closest, listed
from simulator.execution.engines.duckdb_engine import DuckDBEngine, literal, quoted
from simulator.execution.engines.interruptible import interruptible
from simulator.execution.engines.number_types import FLOATS, SIGNED
from simulator.execution.errors import DataError, MissingColumnError, WrongTypeError
from simulator.execution.loading.column_types import duckdb_type, is_nested, is_text
from simulator.execution.loading.csv_files import HEADLESS, csv_error, csv_line
from simulator.execution.loading.written_values import how_to_write, written_form
from simulator.request import Table

_FLOATING = {"FLOAT": "1e-6", "DOUBLE": "1e-15"}
"""Floating-point types, with the relative size of an error in their last bits."""

_NO_TYPE = "NULL"
"""Stored type of a column that a scan lacks."""


@dataclass(frozen=True, slots=True)
class Scan:
    """Rows whose columns have the same stored types. The scans of a table are cast separately, so none affects another.

    Attributes:
        sql: A table function or name, already quoted.
        files: The files that *sql* reads, all of one format: the declared type must hold their values exactly. Empty
            for rows in memory, which are cast by the engine's own rules.
    """

    sql: str
    files: Sequence[Path] = ()


def copy_checked(
    engine: DuckDBEngine,
    table: Table,
    columns: Sequence[str],
    target: str,
    scans: Sequence[Scan],
    *,
    fills_missing: bool = False,
) -> None:
    """Make the table *target* from the needed columns of all *scans*, cast to their declared types.

    Args:
        engine: An engine that is not locked yet.
        table: The declared table.
        columns: The needed columns, lower case; none makes a table that only counts rows.
        target: SQL name of the table to make, already quoted.
        scans: Where the rows are; at least one.
        fills_missing: A column that a scan lacks is NULL in its rows, as where a catalog says which columns there are.

    Raises:
        MissingColumnError: A scan lacks a needed column, and *fills_missing* is not set.
        WrongTypeError: A value cannot be held by the declared type.
        DataError: The rows cannot be read at all.
    """
    files = [file for scan in scans for file in scan.files]
    path = files[0] if len(files) == 1 else files[0].parent if files else None
    try:
        stored = [_stored(engine, scan) for scan in scans]
        for number, (scan, found) in enumerate(zip(scans, stored, strict=True)):
            for column in columns:
                if column not in found and not fills_missing:
                    raise missing_column(table, column, (name for name, _ in found.values()), path)
            casts = [
                _Cast(table, column, *found.get(column, (None, _NO_TYPE)), exactly=bool(scan.files))
                for column in columns
            ]
            _check(engine, [cast for cast in casts if cast.may_fail], scan)
            selected = ", ".join(f"{cast.loaded} AS {quoted(cast.column)}" for cast in casts) or "1 AS nothing"
            into = f"INSERT INTO {target}" if number else f"CREATE TABLE {target} AS"
            _rows(engine, f"{into} SELECT {selected} FROM {scan.sql}")
    except duckdb.Error as error:
        csv = csv_error(table.name, error, path)
        raise csv or DataError(table.name, f"its rows cannot be read: {_first_line(error)}", path) from error


def _stored(engine: DuckDBEngine, scan: Scan) -> dict[str, tuple[str, str]]:
    """Return the columns of a scan: lower-case name to name and type."""
    return {row[0].lower(): (row[0], row[1]) for row in _rows(engine, f"DESCRIBE SELECT * FROM {scan.sql}")}


class _Cast:
    """How one column gets from the type it is stored in to the type it is declared as."""

    def __init__(self, table: Table, column: str, stored_name: str | None, stored: str, *, exactly: bool) -> None:
        self.table, self.column, self.stored, self.exactly = table, column, stored, exactly
        self.raw = "NULL" if stored_name is None else quoted(stored_name)
        try:
            self.declared = duckdb_type(table.columns[column])
        except ValueError as error:
            raise WrongTypeError(table.name, f"column {column!r}: {error}") from error
        self.value = self.raw if stored == self.declared else f"TRY_CAST({self.raw} AS {self.declared})"
        if stored == "JSON" and is_nested(self.declared) and self.declared != stored:
            # TRY_CAST would put NULL in place of a value within it.
            self.value = f"TRY(CAST({self.raw} AS {self.declared}))"

    @property
    def loaded(self) -> str:
        """SQL of the value to store; -0.0 becomes 0.0, since keys, quotients and texts would show the sign."""
        return f"{self.value} + 0::{self.declared}" if self.declared in FLOATS else self.value

    @property
    def may_fail(self) -> bool:
        return self.stored not in {self.declared, _NO_TYPE} and not is_text(self.declared)

    @property
    def failed(self) -> str:
        """SQL condition that holds when the cast loses or changes the value."""
        return f"({self.raw} IS NOT NULL AND ({' OR '.join(self._faults())}))"

    def _faults(self) -> Iterator[str]:
        yield f"{self.value} IS NULL"
        if self.declared in SIGNED:
            # A cast to a whole number rounds; 1.5 is no int.
            yield f"TRY_CAST({self.value} AS DOUBLE) <> TRY_CAST({self.raw} AS DOUBLE)"
        if not self.exactly:
            return
        if is_text(self.stored):
            if form := written_form(self.declared):
                yield f"NOT regexp_full_match(trim({self.raw}), {literal(form)})"
        elif self.declared.startswith("DECIMAL") and self.stored in _FLOATING:
            # The engine's cast may change the last bits of a floating-point number.
            lost = f"abs(TRY_CAST({self.value} AS {self.stored}) - {self.raw})"
            yield f"{lost} > {_FLOATING[self.stored]} * abs({self.raw})"
        elif self.declared.startswith("DECIMAL") or (self.declared == "DATE" and self.stored.startswith("TIMESTAMP")):
            yield f"TRY_CAST({self.value} AS {self.stored}) <> {self.raw}"


def _check(engine: DuckDBEngine, casts: Sequence[_Cast], scan: Scan) -> None:
    if not casts:
        return
    counts = ", ".join(
        f"count(*) FILTER (WHERE {cast.failed}), "
        f"any_value(CAST({cast.raw} AS VARCHAR) ORDER BY {cast.raw}) FILTER (WHERE {cast.failed})"
        for cast in casts
    )
    (answer,) = _rows(engine, f"SELECT {counts} FROM {scan.sql}")
    for cast, wrong, example in zip(casts, answer[::2], answer[1::2], strict=True):
        if wrong:
            raise WrongTypeError(
                cast.table.name,
                f"column {cast.column!r} is declared {cast.table.columns[cast.column]!r}, "
                f"but {wrong} row{'s hold' if wrong > 1 else ' holds'} something else, for example {example!r}"
                f"{_place(scan.files, cast.column, example)}{how_to_write(cast.declared)}",
                scan.files[0] if scan.files else None,
            )


def _place(files: Sequence[Path], column: str, value: str) -> str:
    """Return where a value is, for messages: the line of a CSV file, or the file that was read."""
    at = csv_line(files, column, value) if files and files[0].suffix.lower() == ".csv" else None
    if at is not None:
        file, line = at
        return f" in {file}, line {line}"
    return f" in {files[0]}" if len(files) == 1 else ""


def _rows(engine: DuckDBEngine, sql: str) -> list[tuple[Any, ...]]:
    return interruptible(lambda: engine.connection.execute(sql).fetchall(), engine.connection.interrupt)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def missing_column(table: Table, column: str, found: Iterable[str], path: Path | None) -> MissingColumnError:
    """Make the error for a declared column that the rows lack."""
    known = list(found)
    near = closest(column, known)
    hint = f"; did you mean {near!r}?" if near else ""
    if path and path.suffix.lower() == ".csv" and not any(name.lower() in table.columns for name in known) and not near:
        hint = f"; line 1 of {path.name} names no column of the table: {HEADLESS}"
    found_names = listed(known, nothing="no column", first=near)
    return MissingColumnError(table.name, f"column {column!r} is not in the rows (found: {found_names}){hint}", path)
