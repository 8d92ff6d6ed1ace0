# ruff: noqa: S608 - names and texts are quoted by quoted() and literal(); no other text enters the SQL
"""Objects of delimited text as Glue describes them: columns by position, and what stands between and for them.

Source: Glue API SerDeInfo; Athena's documentation of OpenCSVSerDe, LazySimpleSerDe and `skip.header.line.count`.
"""

from __future__ import annotations

from typing import Any

import duckdb

from simulator.api.cleanrooms.glue import GlueTable
from simulator.execution.engines.duckdb_engine import DuckDBEngine, literal
from simulator.execution.errors import DataError

_SKIP = "skip.header.line.count"
_MOST_DIGITS = 9
_LAZY = "lazysimple"
_CONTROL_A = "\x01"
_NULL = "\\N"
_MOST_BYTE_DIGITS = 2


def csv_scan(engine: DuckDBEngine, table: str, found: GlueTable, files: str) -> str:
    """Return SQL that reads objects of delimited text; without a header unless one is to be skipped.

    Args:
        engine: Looks at the first line.
        table: SQL name of the table, for messages.
        found: How the catalog describes it.
        files: A list of files as SQL.

    Raises:
        DataError: The catalog's description makes no sense, or the objects are no text.
    """
    stated = found.storage.get("SerdeInfo", {}).get("Parameters", {})
    skip = _lines_to_skip(table, found)
    options = f"header = false, all_varchar = true, null_padding = true, delim = {literal(_delimiter(found))}"
    quote = "" if _is_lazy(found) else stated.get("quoteChar", '"')
    options += f", quote = {literal(quote)}, nullstr = [{', '.join(map(literal, _nulls(found)))}]"
    if not skip:
        skip = int(_repeats_names(engine, table, found, f"read_csv({files}, {options})"))
    columns = ", ".join(literal(name) for name in found.columns)
    return f"read_csv({files}, {options}, skip = {skip}, names = [{columns}])"


def looked_at(engine: DuckDBEngine, table: str, sql: str) -> list[tuple[Any, ...]]:
    """Return what the engine says of objects before they are loaded.

    Args:
        engine: The engine.
        table: SQL name of their table, for messages.
        sql: The question.

    Raises:
        DataError: They cannot be read.
    """
    try:
        return engine.connection.execute(sql).fetchall()
    except duckdb.Error as error:
        first = str(error).partition("\n")[0]
        raise DataError(table, f"its rows cannot be read: {first}") from error


def _is_lazy(found: GlueTable) -> bool:
    return _LAZY in found.storage.get("SerdeInfo", {}).get("SerializationLibrary", "").lower()


def _delimiter(found: GlueTable) -> str:
    stated = found.storage.get("SerdeInfo", {}).get("Parameters", {})
    if _is_lazy(found):
        return _character(str(stated.get("field.delim") or stated.get("serialization.format") or _CONTROL_A))
    return str(stated.get("separatorChar") or stated.get("field.delim") or ",")


def _character(text: str) -> str:
    """Return a separator of LazySimpleSerDe: itself, or the number of its byte, as in `serialization.format` = `1`."""
    return chr(int(text)) if text.isascii() and text.isdecimal() and len(text) <= _MOST_BYTE_DIGITS else text


def _nulls(found: GlueTable) -> tuple[str, ...]:
    """Return the texts that stand for NULL; an empty one always does."""
    stated = found.storage.get("SerdeInfo", {}).get("Parameters", {})
    return ("", str(stated.get("serialization.null.format", _NULL))) if _is_lazy(found) else ("",)


def _lines_to_skip(table: str, found: GlueTable) -> int:
    stated = found.storage.get("SerdeInfo", {}).get("Parameters", {})
    count = str(found.parameters.get(_SKIP) or stated.get(_SKIP) or 0)
    if not (count.isascii() and count.isdecimal() and len(count) <= _MOST_DIGITS):
        raise DataError(table, f"{_SKIP} in the Glue Data Catalog must be a number of lines; found {count!r}")
    return int(count)


def _repeats_names(engine: DuckDBEngine, table: str, found: GlueTable, scan: str) -> bool:
    """Tell whether the first line repeats the column names: a header that the catalog forgot to mention."""
    rows = looked_at(engine, table, f"SELECT * FROM {scan} LIMIT 1")
    return any([str(cell).strip().lower() for cell in row[: len(found.columns)]] == list(found.columns) for row in rows)
