# ruff: noqa: S608 - names and texts are quoted by quoted() and literal(); no other text enters the SQL
"""JSON files: one object per line, or one array of objects; each value is read independently of the others' types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from declarations.naming import listed
from simulator.execution.engines.duckdb_engine import DuckDBEngine, literal
from simulator.execution.errors import DataError
from simulator.execution.loading.column_types import TEXT, first_type
from simulator.execution.loading.file_queries import query_files


def json_scan(
    engine: DuckDBEngine, table: str, declared: Mapping[str, str], files: str, path: Path | None = None
) -> str:
    """Return SQL that reads objects: nested values as declared, any other value as its text in the file.

    The engine's type detection is off: it looks at all rows, so that one row would affect how all others are read.

    Args:
        engine: Reads the keys of all objects, which are the columns.
        table: SQL name of the table, for messages.
        declared: The table's columns with their declared types, lower case; other keys are read as text.
        files: A list of files as SQL.
        path: Where they are, for messages; None if the files are not the user's.

    Raises:
        DataError: The files hold no JSON, something other than objects, or keys that differ only in case.
    """
    options = "format = 'auto', hive_partitioning = false"
    objects = f"read_json_objects({files}, {options})"
    others = query_files(engine, table, f"SELECT json FROM {objects} WHERE json_type(json) <> 'OBJECT' LIMIT 1", path)
    if others:
        raise DataError(table, "its JSON must be objects, one for each row: one per line, or all in one array", path)
    keys = query_files(
        engine, table, f"SELECT DISTINCT unnest(json_keys(json)) AS key FROM {objects} ORDER BY key", path
    )
    names = [name for (name,) in keys if name] or list(declared)
    _refuse_spellings(table, names, path)
    columns = ", ".join(f"{literal(name)}: {literal(first_type(declared.get(name.lower(), TEXT)))}" for name in names)
    return f"read_json({files}, {options}, auto_detect = false, columns = {{{columns}}})"


def _refuse_spellings(table: str, names: Sequence[str], path: Path | None) -> None:
    """Refuse keys that differ only in case: they mean one column, and an object may hold both."""
    spelled: dict[str, str] = {}
    for name in names:
        other = spelled.setdefault(name.lower(), name)
        if other != name:
            both = listed((other, name))
            raise DataError(table, f"its JSON objects spell one key in two ways ({both}); spell it the same way", path)
