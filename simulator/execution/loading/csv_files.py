# ruff: noqa: S608 - texts are quoted by literal(); no other text enters the SQL
"""CSV files: UTF-8, column names in the first line, as many fields in every line; nothing is guessed or skipped."""

from __future__ import annotations

import csv
import glob
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from declarations.naming import listed
from simulator.execution.engines.duckdb_engine import literal
from simulator.execution.errors import DataError

_DELIMITERS: Final = ",;\t|"
HEADLESS: Final = "is it a line of values, or is there something other than , ; tab or | between the fields?"
"""Question to the user when the first line names no column of the table."""
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_MOST_HEADER_BYTES: Final = 4 * 1024 * 1024
_LINE: Final = re.compile(r"CSV Error on Line: (\d+)")
_LOST: Final = "CSV Parser state machine reached an invalid state"
"""DuckDB's message for a line with another line ending than those before it."""
_FIELDS: Final = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")
_FILE: Final = re.compile(r"^\s*file = (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CsvHeader:
    """The first line of a file.

    Attributes:
        file: The file.
        delimiter: The one of `,`, `;`, tab and `|` that is most frequent in the first line.
        names: The columns, as written.
    """

    file: Path
    delimiter: str
    names: tuple[str, ...]


def csv_scan(table: str, files: Sequence[Path]) -> str:
    """Return SQL that reads *files*, every value as text.

    Args:
        table: SQL name of the table, for messages.
        files: The files; each holds the same columns, in any order.

    Raises:
        DataError: A header cannot be read, names a column twice, or has other columns than the first file's.
    """
    headers = [csv_header(table, file) for file in files]
    first = headers[0]
    for header in headers[1:]:
        if {name.lower() for name in header.names} != {name.lower() for name in first.names}:
            columns = f"{listed(first.names)} and {listed(header.names)}"
            raise DataError(
                table, f"{first.file} and {header.file} have different columns: {columns}", header.file.parent
            )
    selects = " UNION ALL BY NAME ".join(f"SELECT * FROM {_read(header)}" for header in headers)
    return f"({selects})"


def _read(header: CsvHeader) -> str:
    # A column without a name (such as an exported index) must be read for the field count, but is never used.
    names = [name or f"nameless column {index}" for index, name in enumerate(header.names, 1)]
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    # A file name is not a pattern, whatever characters it holds.
    file = literal(glob.escape(str(header.file)))
    return (
        f"read_csv({file}, header = true, auto_detect = false, strict_mode = true, columns = {{{columns}}}, "
        f"""hive_partitioning = false, delim = {literal(header.delimiter)}, quote = '"', escape = '"')"""
    )


def csv_header(table: str, file: Path) -> CsvHeader:
    """Return the first line of *file*.

    Args:
        table: SQL name of the table, for messages.
        file: The file.

    Raises:
        DataError: It is not UTF-8, or a name is padded with spaces or occurs twice.
    """
    with file.open("rb") as opened:
        content = opened.readline(_MOST_HEADER_BYTES)
        while content.count(b'"') % 2 and len(content) < _MOST_HEADER_BYTES:  # a name may hold a line break
            if not (more := opened.readline(_MOST_HEADER_BYTES)):
                break
            content += more
    if content.startswith(_UTF_16) or b"\0" in content:
        raise DataError(table, f"{file} is UTF-16; save it with the encoding UTF-8", file)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(table, _not_utf8(file, 1), file) from None
    delimiter = max(_DELIMITERS, key=text.count)
    names = tuple(next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter), ()))
    if padded := next((name for name in names if name != name.strip()), None):
        why = "spaces beside a delimiter are part of every text in the column; take them out"
        raise DataError(table, f"{file}, line 1: the column name {padded!r} begins or ends with a space; {why}", file)
    lowered = [name.lower() for name in names]
    if repeated := next((name for index, name in enumerate(lowered) if name and name in lowered[:index]), None):
        raise DataError(table, f"{file}, line 1: the header names the column {repeated!r} twice", file)
    return CsvHeader(file, delimiter, names)


def csv_line(files: Sequence[Path], column: str, value: str) -> tuple[Path, int] | None:
    """Return the first file and line that hold a value, for messages.

    Args:
        files: The files.
        column: The column, lower case.
        value: The text that it holds.
    """
    for file in files:
        header = csv_header(column, file)
        index = [name.lower() for name in header.names].index(column)
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.reader(opened, delimiter=header.delimiter)
            begins = 1
            for number, row in enumerate(rows):
                if number and len(row) > index and row[index] == value:
                    return file, begins
                begins = rows.line_num + 1
    return None


def csv_error(table: str, error: Exception, path: Path | None) -> DataError | None:
    """Return an error that names the file and line where DuckDB's CSV reader stopped; None for any other *error*.

    Args:
        table: SQL name of the table.
        error: What DuckDB raised.
        path: The file or folder that was read.
    """
    words = str(error)
    at = _LINE.search(words)
    if at is None:
        if _LOST in words:
            return DataError(table, f"{path} is a mix of line ends; end all lines in LF, or all in CRLF", path)
        return None
    line = int(at.group(1))
    named = _FILE.search(words)
    file = Path(named.group(1)) if named else path
    if fields := _FIELDS.search(words):
        expected, found = (int(number) for number in fields.groups())
        counted = f"{found} field{'' if found == 1 else 's'}"
        message = f"{file}, line {line}: found {counted}; its header has {expected}"
    elif "not utf-8" in words:
        message = _not_utf8(file, line)
    elif "unterminated quote" in words:
        message = f"{file}, line {line}: a quote is not closed, or text follows it; double quotes in text"
    else:
        message = f"{file}, line {line}: {_reason(words)}"
    return DataError(table, message, file)


def _not_utf8(file: Path | None, line: int) -> str:
    return f"{file}, line {line}: not UTF-8; save the file with the encoding UTF-8"


def _reason(words: str) -> str:
    """Return the line of DuckDB's message that gives the reason, without the row, which may hold anything."""
    lines = [line.strip() for line in words.splitlines()[1:]]
    reasons = (line for line in lines if line and not line.startswith(("Original Line", "Possible")))
    return next(reasons, "it cannot be read")
