"""Where the rows of a table come from: files beside the room, or rows in memory."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from declarations.naming import did_you_mean, listed
from simulator.execution.column_types import duckdb_type
from simulator.execution.csv_files import csv_scan
from simulator.execution.duckdb_engine import DuckDBEngine, literal, quoted
from simulator.execution.engine import Column
from simulator.execution.errors import (
    DataError,
    EmptyDataError,
    LimitExceededError,
    MissingDataError,
    QueryFailedError,
    WrongTypeError,
)
from simulator.execution.loading_rows import copy_checked, missing_column
from simulator.request import Table

SUFFIXES = (".parquet", ".csv", ".json")
"""File endings that hold rows."""


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
        files = self.files(table.name)
        suffixes = {file.suffix.lower() for file in files}
        if len(suffixes) > 1:
            found = ", ".join(sorted(suffixes))
            raise DataError(table.name, f"its files are of several kinds ({found}); use one", files[0].parent)
        for file in files:
            if file.stat().st_size == 0:
                raise EmptyDataError(table.name, f"{file} is empty: it has not even column names", file)
        copy_checked(engine, table, columns, target, _scan(table.name, files), files)

    def files(self, name: str) -> list[Path]:
        """Return the files that hold the table *name*, sorted.

        Raises:
            MissingDataError: There are none; the message lists the names that were looked for.
            DataError: Several files or folders claim to hold them, or a pattern leads out of the folder.
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
        hint = did_you_mean(name, known)
        if folder := next((entry for entry in entries if entry.name.lower() in _file_names(name)), None):
            hint = f"; {folder.name!r} is no file"
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


def _file_names(table: str) -> set[str]:
    return {table.lower() + suffix for suffix in SUFFIXES}


def _rows_of(entry: Path, table: str) -> list[Path]:
    """Return the files of *entry*, itself one or a folder of such, if it is named for *table*."""
    if entry.is_file() and entry.name.lower() in _file_names(table):
        return [entry]
    if entry.is_dir() and entry.name.lower() == table.lower():
        return [part for part in sorted(entry.iterdir()) if part.is_file() and part.suffix.lower() in SUFFIXES]
    return []


def _scan(table: str, files: Sequence[Path]) -> str:
    """Return SQL that reads *files*, all of one kind."""
    kind = files[0].suffix.lower()
    if kind == ".csv":
        return csv_scan(table, files)
    # A file name is not a pattern, whatever characters it holds.
    names = ", ".join(literal(glob.escape(str(file))) for file in files)
    return f"read_{kind.removeprefix('.')}([{names}])"


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
        staging = f"rows of {table.name}"
        if hasattr(rows, "schema"):
            engine.connection.register(staging, rows)
        else:
            self._stage(engine, table, columns, rows, staging)
        copy_checked(engine, table, columns, target, quoted(staging))
        if hasattr(rows, "schema"):
            engine.connection.unregister(staging)

    @staticmethod
    def _stage(
        engine: DuckDBEngine, table: Table, columns: Sequence[str], rows: Iterable[Mapping[str, Any]], staging: str
    ) -> None:
        lowered = [{name.lower(): value for name, value in row.items()} for row in rows]
        for column in columns:
            if lowered and not any(column in row for row in lowered):
                raise missing_column(table, column, lowered[0], None)
        # A table needs a column, also when only its rows are counted.
        declared = [Column(column, duckdb_type(table.columns[column])) for column in columns] or [
            Column("nothing", "INTEGER")
        ]
        try:
            engine.insert(staging, declared, [[row.get(column.name) for column in declared] for row in lowered])
        except LimitExceededError:
            raise
        except QueryFailedError as error:
            raise WrongTypeError(table.name, "its rows do not fit the declared types of its columns") from error
