"""How BigQuery names projects, tables and columns, and how a name is quoted in SQL.

Source: bigquery/docs/reference/standard-sql/lexical.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from declarations.base import matching

_PART = r"[^.`\\\x00-\x1f\x7f]+"

ProjectId = Annotated[str, Field(min_length=6, max_length=30, pattern=r"^[a-z][a-z0-9-]*[a-z0-9]$")]
"""A Google Cloud project, such as `clean-room-demo`."""

TablePath = Annotated[
    str,
    Field(max_length=1024),
    matching(
        rf"{_PART}\.{_PART}(\.{_PART})?",
        words="is not a path of the form dataset.name or project.dataset.name, without quotes",
    ),
]
"""A table or view: `dataset.name` or `project.dataset.name`, without quotes; case-sensitive."""

ViewColumnName = Annotated[str, Field(min_length=1, max_length=300), matching(_PART)]
"""A column; case-insensitive."""

ColumnPath = Annotated[str, Field(min_length=1, max_length=300), matching(rf"{_PART}(\.{_PART})*")]
"""A column, or a field of a STRUCT column with dots: `last_name`, `student.id`."""


def short_name(path: str) -> str:
    """Return *path* as BigQuery's messages write it: `dataset.name`, without project."""
    return ".".join(path.split(".")[-2:])


def bare_name(path: str) -> str:
    """Return the last part of *path*, which is the table's name in a query without alias."""
    return path.rpartition(".")[2]


def quoted_path(path: str) -> str:
    """Return *path* for a statement, each part in backticks: no name can end the quotes or start a comment."""
    return ".".join(f"`{_escaped(part, '`')}`" for part in path.split("."))


def quoted_text(text: str) -> str:
    """Return *text* as a string literal of one line: backslash, quote and everything that ends a line are escaped."""
    return f"'{_escaped(text, chr(39))}'"


def _escaped(text: str, quote: str) -> str:
    return "".join(_escape(letter, quote) for letter in text)


def _escape(letter: str, quote: str) -> str:
    if letter in ("\\", quote):
        return f"\\{letter}"
    # U+0085, U+2028 and U+2029 end a line for some readers of SQL, though not for BigQuery.
    if letter < " " or letter in "\x7f\x85\u2028\u2029":
        return f"\\u{ord(letter):04x}"
    return letter
