"""Keys of groups: equal keys must look equal, or the one that is shown tells which row came first.

GROUP BY takes -0.0 and 0.0 for one key, and all NaN, whatever their bits. An INTERVAL of a month equals one of 30 days.
"""

from __future__ import annotations

import re

from simulator.execution.errors import NotEnforceableError

_FLOATS = ("FLOAT", "DOUBLE")
_LOOK_AS_THEY_COMPARE = re.compile(
    r"(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|BOOLEAN|VARCHAR|BLOB|DATE|TIME|TIMESTAMP(_S|_MS|_NS)?|UUID"
    r'|DECIMAL\(\d+,\d+\)|"NULL")'
)


def canonical_key(name: str, type_name: str) -> str:
    """Return SQL for the group key column *name*, the same bits for equal keys.

    Args:
        name: An internal name of a column.
        type_name: DuckDB's name of its type.

    Raises:
        NotEnforceableError: Equal keys of the type can look different.
    """
    if type_name in _FLOATS:
        special = f"WHEN isnan({name}) THEN 'nan'::{type_name} WHEN {name} = 0 THEN 0::{type_name}"
        return f"CASE {special} ELSE {name} END AS {name}"
    if _LOOK_AS_THEY_COMPARE.fullmatch(type_name):
        return name
    raise NotEnforceableError(
        f"GROUP BY has a key of type {type_name}, whose equal values can look different; "
        "group by numbers, text, dates or times"
    )
