"""The engine's types of numbers, as DuckDB writes them."""

from __future__ import annotations

import re

SIGNED = {"TINYINT": 3, "SMALLINT": 5, "INTEGER": 10, "BIGINT": 19, "HUGEINT": 39}
"""Signed whole numbers, each to the digits of its largest value."""

UNSIGNED = {"BOOLEAN": 1, "UTINYINT": 3, "USMALLINT": 5, "UINTEGER": 10, "UBIGINT": 20, "UHUGEINT": 39}
"""Whole numbers from 0 on, each to the digits of its largest value; truth is 0 or 1."""

DIGITS = {**SIGNED, **UNSIGNED}
"""All whole numbers, each to the digits of its largest value."""

WITHIN_HUGEINT = frozenset(DIGITS) - {"BOOLEAN", "UHUGEINT"}
"""Whole numbers that are all HUGEINTs, too; truth, which is no number, left out."""

FLOATS = ("FLOAT", "DOUBLE")
"""The machine's numbers, which round."""

_DECIMAL = re.compile(r"DECIMAL\((\d+)(?:, ?(\d+))?\)")


def decimal_digits(type_name: str) -> tuple[int, int] | None:
    """Return the digits of a decimal type, and those of them behind the point; None when it is no decimal."""
    found = _DECIMAL.fullmatch(type_name)
    return (int(found[1]), int(found[2] or 0)) if found else None
