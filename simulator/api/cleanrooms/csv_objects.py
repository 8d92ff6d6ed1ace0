# ruff: noqa: S608 - names and texts are quoted by quoted() and literal(); no other text enters the SQL
"""Objects of delimited text as Glue describes them: columns by position, delimiters, quotes and NULL texts.

Every line is one row and is split independently, as by Hive's readers: missing fields are NULL, and fields beyond the
last column are dropped. Nothing is detected from the rows, because then one row would affect how all others are read.

Source: Glue API SerDeInfo; Athena's documentation of OpenCSVSerDe, LazySimpleSerDe and `skip.header.line.count`.
"""

from __future__ import annotations

import re

from simulator.api.cleanrooms.glue import GlueTable
from simulator.execution.engines.duckdb_engine import literal, quoted
from simulator.execution.errors import DataError

_SKIP = "skip.header.line.count"
_MOST_DIGITS = 9
_LAZY = "lazysimple"
_CONTROL_A = "\x01"
_NULL = "\\N"
_IN_NO_LINE = "\x1e\x1f\x1e\x1f"
_MOST_BYTE_DIGITS = 2


def csv_scan(table: str, found: GlueTable, files: str) -> str:
    """Return SQL that reads objects of delimited text; lines that only repeat the column names are skipped.

    Args:
        table: SQL name of the table, for messages.
        found: How the catalog describes it.
        files: A list of files as SQL.

    Raises:
        DataError: The catalog's number of header lines is invalid.
    """
    nulls = ", ".join(map(literal, _nulls(found)))
    columns = ", ".join(
        f"CASE WHEN fields[{place}] NOT IN ({nulls}) THEN fields[{place}] END AS {quoted(name)}"
        for place, name in enumerate(found.columns, 1)
    )
    # Skips a header that the catalog does not mention, which any of the objects may have.
    header = f"list_transform(fields[:{len(found.columns)}], lambda field: lower(trim(field)))"
    names = f"[{', '.join(map(literal, found.columns))}]"
    lines = f"SELECT {_split(found)} AS fields FROM {_lines(files, _lines_to_skip(table, found))}"
    return f"(SELECT {columns} FROM ({lines}) WHERE {header} <> {names})"


def _lines(files: str, skip: int) -> str:
    """Return SQL that reads each line after the first *skip* as one field, with a delimiter that no line contains."""
    return (
        f"read_csv({files}, auto_detect = false, header = false, columns = {{line: 'VARCHAR'}}, skip = {skip}, "
        f"delim = {literal(_IN_NO_LINE)}, quote = '', escape = '', strict_mode = false, hive_partitioning = false)"
    )


def _split(found: GlueTable) -> str:
    """Return SQL that splits `line` into a list of texts."""
    stated = found.storage.get("SerdeInfo", {}).get("Parameters", {})
    quote, escape = (str(stated.get(name, '"'))[:1] for name in ("quoteChar", "escapeChar"))
    if _is_lazy(found) or not quote:
        return f"string_split(line, {literal(_delimiter(found))})"
    return _split_outside_quotes(_delimiter(found)[:1], quote, escape or quote)


def _split_outside_quotes(delimiter: str, quote: str, escape: str) -> str:
    """Return SQL that splits `line` outside quotes; within quotes, a doubled or escaped quote is part of the text."""
    mark, between, escaping = re.escape(quote), re.escape(delimiter), re.escape(escape)
    escaped = f"{mark}{mark}" if escape == quote else f"{mark}{mark}|{escaping}."
    in_quotes = f"{mark}(?:[^{mark}{escaping}]|{escaped})*{mark}"
    fields = f"regexp_extract_all({literal(delimiter)} || line, {literal(f'{between}({in_quotes}|[^{between}]*)')}, 1)"
    text = f"regexp_replace(field[2:-2], {literal(f'[{mark}{escaping}](.)')}, '\\1', 'g')"
    is_quoted = f"regexp_full_match(field, {literal(in_quotes)})"
    return f"list_transform({fields}, lambda field: CASE WHEN {is_quoted} THEN {text} ELSE field END)"


def _is_lazy(found: GlueTable) -> bool:
    return _LAZY in found.storage.get("SerdeInfo", {}).get("SerializationLibrary", "").lower()


def _delimiter(found: GlueTable) -> str:
    stated = found.storage.get("SerdeInfo", {}).get("Parameters", {})
    if _is_lazy(found):
        return _character(str(stated.get("field.delim") or stated.get("serialization.format") or _CONTROL_A))
    return str(stated.get("separatorChar") or stated.get("field.delim") or ",")


def _character(text: str) -> str:
    """Return a separator of LazySimpleSerDe, given as itself or as its code, as in `serialization.format` = `1`."""
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
