"""The reserved words of Spark SQL, which cannot name a table.

Source: https://spark.apache.org/docs/latest/sql-ref-ansi-compliance.html#sql-keywords-optional-disabled-by-default, the
words marked as reserved.
"""

from __future__ import annotations

from typing import Final

RESERVED_WORDS: Final = frozenset(
    {
        *("all", "and", "any", "as", "authorization", "both", "call", "case", "cast", "check", "collate", "collation"),
        *("collations", "column", "constraint", "create", "cross", "current_date", "current_path", "current_schema"),
        *("current_time", "current_timestamp", "current_user", "distinct", "else", "end", "escape", "except"),
        *("execute", "false", "fetch", "filter", "for", "foreign", "from", "full", "grant", "group", "having", "in"),
        *("inner", "intersect", "into", "is", "join", "lateral", "leading", "left", "localtime", "natural", "not"),
        *("null", "offset", "on", "only", "or", "order", "outer", "overlaps", "primary", "recursive", "references"),
        *("right", "select", "session_user", "some", "sql", "table", "then", "time", "to", "trailing", "true", "union"),
        *("unique", "unknown", "user", "using", "when", "where", "with", "within"),
    }
)
"""The words, in lower case; SQL ignores their case."""


def reserved_word(name: str) -> str | None:
    """Return *name* in upper case if it is a reserved word, else None."""
    return name.upper() if name.lower() in RESERVED_WORDS else None
