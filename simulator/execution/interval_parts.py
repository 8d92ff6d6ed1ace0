"""Parts of an INTERVAL that the engine does not know: it then fails, even inside TRY, on the first row that has one.

Computed from a row, such an INTERVAL would let a query ask by failing whether the row is there.
"""

from __future__ import annotations

from simulator.execution.engine_plan import Plan, nodes_of
from simulator.execution.errors import NotTranslatableError

_UNKNOWN_PARTS = frozenset(
    {
        *("dayofweek", "dayofyear", "era", "isodow", "isoyear", "week", "weekday", "weekofyear", "yearweek", "julian"),
        *("dayname", "monthname", "timezone", "timezone_hour", "timezone_minute", "date_part", "datepart"),
    }
)
"""Functions of the engine that fail for an INTERVAL, or for some names of a part."""


def refuse_unknown_parts(plan: Plan) -> None:
    """Refuse a part of an INTERVAL that the engine does not know.

    Args:
        plan: What the engine is going to do; see `bound_plan`.

    Raises:
        NotTranslatableError: There is such a part.
    """
    for node in nodes_of(plan):
        name = node["qname"]["path"][-1] if "qname" in node else ""
        if name in _UNKNOWN_PARTS and any(kind["id"] == "INTERVAL" for kind in node.get("arguments", ())):
            raise NotTranslatableError(f"{name.upper()} of an INTERVAL cannot be run; take the part of a date or time")
