"""The net below `tolerant.py`: casts that the engine adds by itself, and that could fail on one row.

Wherever values of unlike types meet, DuckDB casts one of them: in conditions, comparisons, set operations, arguments,
defaults of LAG. Which ones it is going to cast, it tells before it reads a row, in the plan of the bound query. A cast
that may fail and that no TRY is around is refused, so that no list of places has to be complete.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.execution.engines.duckdb_engine import literal
from simulator.execution.engines.engine import Engine
from simulator.execution.engines.engine_plan import BoundPlan, Plan, type_of
from simulator.execution.engines.number_types import DIGITS, FLOATS, SIGNED, UNSIGNED
from simulator.execution.errors import NotTranslatableError

_FIT = frozenset(
    {
        ("FLOAT", "DOUBLE"),
        ("TIMESTAMP", "DATE"),
        ("TIMESTAMP", "TIME"),
        ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"),
        ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP"),
    }
)
"""Pairs of other types whose cast never fails; the session is in UTC."""


def refuse_failing_casts(plan: BoundPlan) -> None:
    """Refuse a query for which the engine adds a cast that could fail on a row.

    Args:
        plan: What `bound_plan` says; no row was read for it, so nothing is charged for a refusal.

    Raises:
        NotTranslatableError: There is such a cast.
    """
    for cast in _bare_casts(plan):
        (value,), target = cast["children"], cast["return_type"]
        source = type_of(value)
        if not _always_fits(source, target) and not _is_fitting_constant(plan.engine, value, target):
            raise NotTranslatableError(
                f"the query cannot be run: it uses a value of type {source['id']} as {target['id']}, which not every "
                f"such value can be; write CAST(... AS {target['id']}), which gives NULL then"
            )


def _bare_casts(plan: BoundPlan) -> Iterator[Plan]:
    for node in plan.nodes(outside_of=("OPERATOR_TRY",)):
        if node.get("type") == "OPERATOR_CAST" and not node["function_data"]["try_cast"]:
            yield node


def _is_fitting_constant(engine: Engine, expression: Plan, target: Plan) -> bool:
    """Tell whether an expression is written text that is a value of the other type, such as that of a date."""
    if expression["type"] != "VALUE_CONSTANT" or type_of(expression)["id"] != "VARCHAR" or "type_info" in target:
        return False
    text = str(expression["value"]["value"])
    ((fits,),) = engine.query(f"SELECT TRY_CAST({literal(text)} AS {target['id']}) IS NOT NULL").rows
    return bool(fits)


def _always_fits(source: Plan, target: Plan) -> bool:
    """Tell whether every value of one type is one of the other."""
    old, new = source["id"], target["id"]
    if source == target or new in ("VARCHAR", "ANY") or old == "NULL" or (old, new) in _FIT:
        return True
    if new in FLOATS:
        return old in DIGITS or old == "DECIMAL"
    if new == "DECIMAL":
        return _digits_before_the_point(source) <= _digits_before_the_point(target)
    return old in DIGITS and DIGITS[old] < DIGITS.get(new, 0) and (new in SIGNED or old in UNSIGNED)


def _digits_before_the_point(kind: Plan) -> int:
    """Digits that a number of the type may have before the point; more than any number has, when it is none."""
    if kind["id"] == "DECIMAL":
        details = kind["type_info"]
        return int(details["width"]) - int(details.get("scale", 0))
    return DIGITS.get(kind["id"], 100)
