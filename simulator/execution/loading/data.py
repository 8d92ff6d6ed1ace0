"""Where the rows of a table come from: files beside the room, or rows in memory."""

from __future__ import annotations

import datetime as dt
import glob
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import NoneType
from typing import Any, Protocol
from uuid import UUID

from declarations.naming import did_you_mean, listed
from simulator.execution.engines.duckdb_engine import DuckDBEngine, literal
from simulator.execution.engines.engine import RUN, Column
from simulator.execution.errors import (
    DataError,
    EmptyDataError,
    LimitExceededError,
    MissingDataError,
    QueryFailedError,
    WrongTypeError,
)
from simulator.execution.loading.column_types import TEXT, first_type, is_nested, with_declared_fields
from simulator.execution.loading.copying import Scan, copy_checked, missing_column
from simulator.execution.loading.csv_files import csv_scan
from simulator.execution.loading.json_files import json_scan
from simulator.execution.loading.parquet_files import group_by_schema, parquet_scan
from simulator.request import Table

SUFFIXES = (".parquet", ".csv", ".json")
"""File endings that hold rows."""

_REMEDIES = (
    ((".gz", ".zip", ".bz2", ".zst", ".xz"), "it is compressed; unpack it"),
    ((".tsv", ".tab", ".txt", ".psv"), "end its name in .csv; fields may be separated by , ; tab or |"),
    ((".jsonl", ".ndjson"), "end its name in .json; lines of objects are read, too"),
    ((".xlsx", ".xls", ".ods"), "save the sheet as .csv"),
)
"""Extensions of files that cannot be read, with what the user can do."""

_JSON = "JSON"
"""DuckDB's type of a nested value that is bound: cast to the declared type, it is read by itself."""
_STAGED, _REGISTERED = f"{RUN}.staged", "registered"
"""Names of rows in memory until they are checked and copied; removed afterwards."""


class DataSource(Protocol):
    """Rows for the tables of a room."""

    def load(self, engine: DuckDBEngine, table: Table, columns: Sequence[str], target: str) -> None:
        """Copy the rows of *table* into the engine.

        Args:
            engine: An engine that is not locked yet.
            table: The declared table; the columns are cast to its types.
            columns: The columns that the run needs, lower case; nothing else is read.
            target: SQL name of the table to make, already quoted.

        Raises:
            DataError: There are no rows for the table, or they do not fit it.
        """


@dataclass(frozen=True, slots=True)
class FolderData:
    """Files named after the tables: `<name>.parquet`, `.csv` or `.json`, or a folder `<name>/` of such files.

    Attributes:
        folder: Where to look.
        patterns: Table name (lower case) to a glob pattern inside *folder*, for files named otherwise; it cannot leave
            the folder, neither by `..` nor by a link.
    """

    folder: Path
    patterns: Mapping[str, str] = field(default_factory=dict)

    def load(self, engine: DuckDBEngine, table: Table, columns: Sequence[str], target: str) -> None:
        """Copy the needed columns of the table's files; see `DataSource.load`."""
        copy_checked(engine, table, columns, target, self.scans(engine, table))

    def scans(self, engine: DuckDBEngine, table: Table) -> list[Scan]:
        """Return the scans that read the table's files.

        Raises:
            DataError: There are none, they have several formats, or one cannot be read.
        """
        files = self.files(table.name)
        suffixes = {file.suffix.lower() for file in files}
        if len(suffixes) > 1:
            found = ", ".join(sorted(suffixes))
            raise DataError(table.name, f"its files have several formats ({found}); use one", files[0].parent)
        for file in files:
            if file.stat().st_size == 0:
                raise EmptyDataError(table.name, f"{file} is empty: it has not even column names", file)
        return _scans(engine, table, files)

    def files(self, name: str) -> list[Path]:
        """Return the files that hold the table *name*, sorted.

        Raises:
            MissingDataError: There are none; the message lists the names that were looked for.
            DataError: Several files or folders match the table, or a pattern leads out of the folder.
        """
        if not self.folder.is_dir():
            raise MissingDataError(name, f"there is no data folder {self.folder}", self.folder)
        if pattern := self.patterns.get(name.lower()):
            return self._files_matching(name, pattern)
        return self._files_named(name)

    def _files_named(self, name: str) -> list[Path]:
        entries = sorted(self.folder.iterdir())
        holders = {entry.name + "/" * entry.is_dir(): files for entry in entries if (files := _rows_of(entry, name))}
        if len(holders) > 1:
            found = " and ".join(repr(holder) for holder in holders)
            raise DataError(name, f"{self.folder} holds {found}; keep one of them", self.folder)
        if holders:
            return next(iter(holders.values()))
        looked = ", ".join([*(name + suffix for suffix in SUFFIXES), f"{name}/"])
        known = [entry.name if entry.is_dir() else entry.stem for entry in entries]
        lying = next((entry for entry in entries if entry.name.lower().split(".")[0] == name.lower()), None)
        hint = f"; {_unread(lying)}" if lying else did_you_mean(name, known)
        raise MissingDataError(name, f"no rows in {self.folder}; looked for {looked}{hint}", self.folder)

    def _files_matching(self, name: str, pattern: str) -> list[Path]:
        if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
            raise DataError(
                name, f"the pattern {pattern!r} leads out of {self.folder}; it must stay inside", self.folder
            )
        found = sorted(path for path in self.folder.glob(pattern) if path.is_file())
        for path in found:
            if not path.resolve().is_relative_to(self.folder.resolve()):
                raise DataError(name, f"{path} is a link that leads out of {self.folder}", path)
        if not found:
            raise MissingDataError(name, f"no file in {self.folder} matches {pattern!r}", self.folder)
        return found


def _unread(entry: Path) -> str:
    """Return why *entry*, which is named after a table, cannot be read, and what to do."""
    ending = entry.suffix.lower()
    if entry.is_dir() and ending in SUFFIXES:
        return f"{entry.name!r} is not a file"
    if entry.is_dir():
        return f"the folder {entry.name!r} holds no file that ends in {', '.join(SUFFIXES)}"
    remedy = next((remedy for endings, remedy in _REMEDIES if ending in endings), "use one of these forms")
    return f"{entry.name!r} is there and not read: {remedy}"


def _file_names(table: str) -> set[str]:
    return {table.lower() + suffix for suffix in SUFFIXES}


def _rows_of(entry: Path, table: str) -> list[Path]:
    """Return *entry*, or the files in it if it is a folder, provided that it is named after *table*."""
    if entry.is_file() and entry.name.lower() in _file_names(table):
        return [entry]
    if entry.is_dir() and entry.name.lower() == table.lower():
        return [part for part in sorted(entry.iterdir()) if part.is_file() and part.suffix.lower() in SUFFIXES]
    return []


def _scans(engine: DuckDBEngine, table: Table, files: Sequence[Path]) -> list[Scan]:
    """Return the scans that read *files*, all of one format."""
    kind = files[0].suffix.lower()
    path = files[0] if len(files) == 1 else files[0].parent
    if kind == ".csv":
        return [Scan(csv_scan(table.name, files), files)]
    if kind == ".json":
        # A file name is not a pattern, whatever characters it holds.
        names = f"[{', '.join(literal(glob.escape(str(file))) for file in files)}]"
        return [Scan(json_scan(engine, table.name, table.columns, names, path), files)]
    return [Scan(parquet_scan(alike), alike) for alike in group_by_schema(engine, table.name, files, path)]


@dataclass(frozen=True, slots=True)
class MemoryData:
    """Rows in memory.

    Attributes:
        tables: Table name (lower case) to rows: a sequence of mappings from column name to value, or an Arrow table.
    """

    tables: Mapping[str, Any]

    def load(self, engine: DuckDBEngine, table: Table, columns: Sequence[str], target: str) -> None:
        """Copy the needed columns of the rows; see `DataSource.load`."""
        if table.name.lower() not in self.tables:
            hint = did_you_mean(table.name, self.tables)
            there = listed(self.tables, nothing="no table")
            raise MissingDataError(table.name, f"no rows; there are rows for {there}{hint}")
        rows = self.tables[table.name.lower()]
        if hasattr(rows, "schema"):
            engine.connection.register(_REGISTERED, rows)
            copy_checked(engine, table, columns, target, [Scan(_REGISTERED)])
            engine.connection.unregister(_REGISTERED)
        else:
            self._stage(engine, table, columns, rows)
            copy_checked(engine, table, columns, target, [Scan(_STAGED)])
            engine.drop(_STAGED)

    @staticmethod
    def _stage(engine: DuckDBEngine, table: Table, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
        lowered = [{name.lower(): value for name, value in row.items()} for row in rows]
        for column in columns:
            if lowered and not any(column in row for row in lowered):
                raise missing_column(table, column, lowered[0], None)
        # A table needs at least one column, even when only its rows are counted.
        kinds = [first_type(table.columns[column]) for column in columns]
        staged = [
            Column(column, _JSON if is_nested(kind) else kind) for column, kind in zip(columns, kinds, strict=True)
        ]
        try:
            bound = [
                [_bound(row.get(column), kind) for column, kind in zip(columns, kinds, strict=True)] for row in lowered
            ]
        except (TypeError, ValueError) as error:
            raise WrongTypeError(
                table.name, f"a row does not fit the declared types of its columns: {error}"
            ) from error
        if not columns:
            staged, bound = [Column("nothing", "INTEGER")], [[None]] * len(lowered)
        try:
            engine.insert(_STAGED, staged, bound)
        except LimitExceededError:
            raise
        except QueryFailedError as error:
            raise WrongTypeError(table.name, "its rows do not fit the declared types of its columns") from error


def _as_text(value: object) -> str:
    """Return the text of a date, time, decimal or UUID within a nested value."""
    if isinstance(value, (dt.date, dt.time, Decimal, UUID)):
        return str(value)
    raise TypeError(f"a nested value holds {type(value).__name__}; hand the rows over as an Arrow table")


def _bound(value: Any, kind: str) -> Any:  # noqa: ANN401 - a value of a row
    """Return the value to bind, as text or JSON where possible: the engine gives all values of a list one type."""
    if is_nested(kind) and not isinstance(value, (str, NoneType)):
        return json.dumps(with_declared_fields(value, kind), default=_as_text)
    if value is None or kind != TEXT:
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
