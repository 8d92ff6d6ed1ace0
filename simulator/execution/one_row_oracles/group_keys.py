"""Keys of groups that are released: equal keys look equal, whatever `equal_values` lets pass inside a query."""

from __future__ import annotations

import re

from simulator.execution.engines.number_types import FLOATS
from simulator.execution.errors import NotEnforceableError

_RELEASED = re.compile(
    r"(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|BOOLEAN|VARCHAR|BLOB|DATE|TIME|TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?|UUID"
    r'|DECIMAL\(\d+,\d+\)|"NULL")'
)
"""Names of types, in the engine's words, whose values are keys as they are; containers are not, whatever they hold."""


def canonical_key(name: str, type_name: str) -> str:
    """Return SQL for the group key column *name*, the same bits for equal keys.

    Args:
        name: An internal name of a column.
        type_name: DuckDB's name of its type.

    Raises:
        NotEnforceableError: Equal keys of the type can look different.
    """
    if type_name in FLOATS:
        special = f"WHEN isnan({name}) THEN 'nan'::{type_name} WHEN {name} = 0 THEN 0::{type_name}"
        return f"CASE {special} ELSE {name} END AS {name}"
    if _RELEASED.fullmatch(type_name):
        return name
    raise NotEnforceableError(
        f"GROUP BY has a key of type {type_name}, whose equal values can look different; "
        "group by numbers, text, dates or times"
    )
