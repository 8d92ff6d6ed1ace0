# ruff: noqa: S608 - names are quoted by quoted(), texts by literal(); no other text enters the SQL
"""The columns of a new table: their names and types, from the files that `run` will read, by the readers of `run`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError
from sqlglot import exp
from sqlglot.errors import SqlglotError

from declarations.base import AnalysisRuleColumnName
from declarations.column_types import LAKE_TYPES, type_problem
from declarations.naming import listed
from policies.personal_data import Identification, identification, not_understood
from simulator.execution.engines.duckdb_engine import DuckDBEngine, literal, quoted
from simulator.execution.errors import DataError
from simulator.execution.loading.column_types import duckdb_type
from simulator.execution.loading.copying import Scan, copy_checked
from simulator.execution.loading.data import FolderData
from simulator.execution.loading.file_queries import query_files
from simulator.execution.loading.written_values import written_form
from simulator.explaining.draft import Family, family
from simulator.request import Table

ROWS_LOOKED_AT: Final = 10_000
"""Rows from which the type of a text is guessed."""
_GUESSES: Final = ("boolean", "bigint", "decimal(18,2)", "double", "date", "timestamp")
_BOOLEAN: Final = "(?i)true|false"
_LEADING_ZERO: Final = "[+-]?0[0-9].*"
"""A code, such as a postcode, and no number."""
_HEAD: Final = quoted("head")
_NAME: Final = TypeAdapter[str](AnalysisRuleColumnName)
_NAMED_OTHERWISE: Final = {
    **dict.fromkeys(("UTINYINT", "USMALLINT"), "int"),
    "UINTEGER": "bigint",
    "UBIGINT": "decimal(20,0)",
    "HUGEINT": "decimal(38,0)",
    "UUID": "string",
    **dict.fromkeys(("TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S"), "timestamp"),
}
"""The engine's types of Parquet columns, where Glue has another."""


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A column of a new table.

    Attributes:
        name: Its name, lower case.
        type: As Glue writes it.
        is_guessed: Whether the type is guessed from text.
    """

    name: str
    type: str
    is_guessed: bool = False

    @property
    def pii(self) -> str | None:
        """The word for the personal data that it holds, if its name is one that policies know."""
        return self.name if not_understood(self.name) is None else None

    @property
    def is_pseudonym(self) -> bool:
        """Whether its values stand for people."""
        return self.pii is not None and identification(self.pii) is Identification.PSEUDONYM

    @property
    def names_people(self) -> bool:
        """Whether its values name people in clear text."""
        return self.pii is not None and identification(self.pii) is Identification.DIRECT

    @property
    def is_key(self) -> bool:
        """Whether its values stand for something, by its name."""
        return self.name == "id" or self.name.endswith(("_id", "-id", " id"))

    @property
    def is_plain(self) -> bool:
        """Whether its values are texts or numbers."""
        return family(self.type) in {Family.TEXT, Family.NUMBER}


def columns_of(table: str, path: Path) -> tuple[NewColumn, ...]:
    """Return the columns of a table.

    Args:
        table: Its SQL name, for messages.
        path: A file, or a folder of the table's files.

    Raises:
        DataError: They cannot be read, a column has a name or a type that no room can declare, or none is a text or a
            number.
    """
    named_as = path.name if path.is_dir() else path.stem
    with DuckDBEngine() as engine:
        scan = FolderData(path.parent).scans(engine, Table(named_as, "", {}))[0]
        described = query_files(engine, table, f"DESCRIBE SELECT * FROM {scan.sql}", path)
        named = [(row[0], row[1]) for index, row in enumerate(described, 1) if row[0] != f"nameless column {index}"]
        for name, _ in named:
            _check_name(table, name, path)
        if scan.files[0].suffix.lower() == ".parquet":
            columns = [NewColumn(name.lower(), _stated(table, name, stored, path)) for name, stored in named]
        else:
            columns = _guessed(engine, table, [name.lower() for name, _ in named], scan)
    if not any(column.is_plain for column in columns):
        raise DataError(table, f"{path} has no column of texts or numbers; found {listed(name for name, _ in named)}")
    return tuple(columns)


def _check_name(table: str, name: str, path: Path) -> None:
    try:
        _NAME.validate_python(name.lower())
    except ValidationError:
        allowed = "letters a to z, digits, '_', and spaces and hyphens inside, at most 127"
        raise DataError(
            table, f"{path}: {name!r} cannot name a column of a room ({allowed}); rename it", path
        ) from None


def _stated(table: str, name: str, stored: str, path: Path) -> str:
    """Return the type of a Parquet column as Glue writes it."""
    written = _NAMED_OTHERWISE.get(stored, "")
    with suppress(SqlglotError):
        written = written or exp.DataType.build(stored, dialect="duckdb").sql("hive").lower().replace(", ", ",")
    if stored == "TIME" or type_problem(written, LAKE_TYPES):
        raise DataError(table, f"{path}: column {name!r} has the type {stored}, which no column of a room has", path)
    return written


def _guessed(engine: DuckDBEngine, table: str, names: Sequence[str], scan: Scan) -> list[NewColumn]:
    """Return the columns of a file of texts; keys and codes of people stay text, as later rows may hold letters."""
    head = Scan(f"(SELECT * FROM {scan.sql} LIMIT {ROWS_LOOKED_AT})", scan.files)
    copy_checked(engine, Table(table, "", dict.fromkeys(names, "string")), names, _HEAD, [head])
    columns = []
    for name in names:
        fits = ", ".join(_fits(quoted(name), guess) for guess in _GUESSES)
        (answers,) = query_files(engine, table, f"SELECT {fits} FROM {_HEAD}")
        guess = next((guess for guess, fit in zip(_GUESSES, answers, strict=True) if fit), "string")
        column = NewColumn(name, guess, is_guessed=True)
        is_label = column.is_key or (column.pii and guess == "bigint")
        columns.append(replace(column, type="string") if is_label else column)
    return columns


def _fits(column: str, guess: str) -> str:
    """Return SQL that tells whether all texts of a column are values of a type, as the loader of rows takes them."""
    wanted = duckdb_type(guess)
    form = literal(written_form(wanted) or _BOOLEAN)
    is_one = f"TRY_CAST({column} AS {wanted}) IS NOT NULL AND regexp_full_match(trim({column}), {form})"
    is_code = f"regexp_full_match(trim({column}), {literal(_LEADING_ZERO)})"
    return f"coalesce(bool_and({is_one} AND NOT {is_code}) FILTER (WHERE {column} IS NOT NULL), false)"
