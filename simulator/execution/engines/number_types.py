"""DuckDB's numeric types, under the names that it reports."""

from __future__ import annotations

import re

SIGNED = {"TINYINT": 3, "SMALLINT": 5, "INTEGER": 10, "BIGINT": 19, "HUGEINT": 39}
"""Signed integer types, with the number of digits of their largest value."""

UNSIGNED = {"BOOLEAN": 1, "UTINYINT": 3, "USMALLINT": 5, "UINTEGER": 10, "UBIGINT": 20, "UHUGEINT": 39}
"""Unsigned integer types, with the number of digits of their largest value; BOOLEAN counts as 0 or 1."""

DIGITS = {**SIGNED, **UNSIGNED}
"""All integer types, with the number of digits of their largest value."""

WITHIN_HUGEINT = frozenset(DIGITS) - {"BOOLEAN", "UHUGEINT"}
"""Integer types whose every value fits HUGEINT, without BOOLEAN."""

FLOATS = ("FLOAT", "DOUBLE")
"""Floating-point types, which round."""

_DECIMAL = re.compile(r"DECIMAL\((\d+)(?:, ?(\d+))?\)")


def decimal_digits(type_name: str) -> tuple[int, int] | None:
    """Return precision and scale of a decimal type; None for any other type."""
    found = _DECIMAL.fullmatch(type_name)
    return (int(found[1]), int(found[2] or 0)) if found else None
