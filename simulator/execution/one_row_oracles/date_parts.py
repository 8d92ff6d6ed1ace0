"""Parts of dates, times and intervals that the engine does not know: it then fails, even inside TRY, on the first row.

Computed from a row, or of a value that only some rows have, such a part would let a query ask by failing whether a row
is there.
"""

from __future__ import annotations

from simulator.execution.engines.engine_plan import BoundPlan, Plan, function_name
from simulator.execution.errors import NotTranslatableError

_OF_TIMES = ("hour", "minute", "second", "millisecond", "microsecond")
_UNITS = ("millennium", "century", "decade", "year", "isoyear", "quarter", "month", "week", "day", *_OF_TIMES)
"""What can be counted between two dates, and to what one can be cut off."""
_BY_UNIT = frozenset({"date_diff", "datediff", "date_sub", "datesub", "date_trunc", "datetrunc"})
_BY_PART = frozenset({"date_part", "datepart"})
"""Left in a plan when the part is computed; for a written one the engine puts the function of its name."""

_CLOCK_ZONES = frozenset({"timezone", "timezone_hour", "timezone_minute"})
_CALENDAR = frozenset({"dayofweek", "dayofyear", "era", "isodow", "isoyear", "week", "weekday", "weekofyear"})
_NAMED = frozenset({"yearweek", "julian", "dayname", "monthname"})
_DATES = frozenset({"millennium", "century", "decade", "year", "quarter", "month", "day", "dayofmonth"})
_NOT_OF = {
    "INTERVAL": _CALENDAR | _NAMED | _CLOCK_ZONES,
    "DATE": _CLOCK_ZONES,
    "TIME": _CALENDAR | _NAMED | _DATES,
    "TIME WITH TIME ZONE": _CALENDAR | _NAMED | _DATES,
}
"""Type to the engine's functions that fail for it, or for some names of a part."""


def refuse_unknown_parts(plan: BoundPlan) -> None:
    """Refuse a part that the engine does not know of the type that it is taken of, and one that is computed.

    Args:
        plan: What the engine is going to do; see `bound_plan`.

    Raises:
        NotTranslatableError: There is such a part.
    """
    for node in plan.nodes():
        name = function_name(node)
        kinds = {kind["id"] for kind in node.get("arguments", ())}
        if name in _BY_PART:
            raise NotTranslatableError(
                f"{name.upper()} of a computed part cannot be run; write the part, as in 'month'"
            )
        if name in _BY_UNIT:
            _check_unit(name, node["children"][0], _OF_TIMES if "TIME" in kinds else _UNITS)
        for kind in sorted(kinds & _NOT_OF.keys()):
            if name in _NOT_OF[kind]:
                article = "an" if kind == "INTERVAL" else "a"
                raise NotTranslatableError(
                    f"{name.upper()} of {article} {kind} cannot be run; take the part of a value that has it"
                )


def _check_unit(name: str, unit: Plan, allowed: tuple[str, ...]) -> None:
    written = str(unit["value"].get("value")) if unit.get("type") == "VALUE_CONSTANT" else None
    if written is None or written.lower().removesuffix("s") not in allowed:
        found = "a computed unit" if written is None else f"the unit '{written}'"
        raise NotTranslatableError(f"{name.upper()} cannot be run with {found}; allowed are {', '.join(allowed)}")
