"""Whether equal identifiers of two tables are one user, by the declared types of their columns.

`'007' = 7` holds wherever the engine reads text as a number, and 2^62 + 1 equals 2^62 as a DOUBLE: users whose
identifiers differ would meet in a join.
"""

from __future__ import annotations

from simulator.sql.resolved import ColumnUse
from simulator.sql.tracing import unchanged
from simulator.sql.type_families import is_text_type, is_whole_number_type, plain_name


def identifier_types(use: ColumnUse) -> dict[str, str]:
    """Return the declared types behind an identifier: what they are compared as, to the first as it is declared."""
    found: dict[str, str] = {}
    for origin in sorted(unchanged(use), key=lambda each: (each.table.name, each.column)):
        declared = origin.table.columns.get(origin.column, "")
        found.setdefault(_compared_as(declared), declared)
    return found


def _compared_as(declared: str) -> str:
    if is_whole_number_type(declared):
        return "whole number"
    return "text" if is_text_type(declared) else plain_name(declared)
