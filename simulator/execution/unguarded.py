"""The net below `tolerant.py`: calls that could fail on one row, and that no TRY is around, found in the engine's plan.

`engine_text` has seen the names that are written; here are those that the engine has put for them, and the types.
"""

from __future__ import annotations

from simulator.execution.engine_plan import Plan, nodes_of
from simulator.execution.errors import NotTranslatableError
from simulator.execution.functions import AGGREGATE, DRAW_AT_RANDOM, LISTED, NEVER_FAIL, TELL_THE_TIME, WINDOW

_CALLS = ("BOUND_FUNCTION", "BOUND_AGGREGATE", "BOUND_WINDOW")
_CAST = "__cast"
"""The engine's name of a cast, which `implicit_casts` looks at."""
_WITHOUT_TRY = AGGREGATE | WINDOW | DRAW_AT_RANDOM | TELL_THE_TIME
_OF_A_LIST = ("max", "min", "count", "string_agg")
"""What `list_aggr` makes of a list in the macros that are listed: it never fails."""
_ADD_UP = ("sum", "avg")
_NOT_ADDED_UP = ("INTERVAL", "TIME", "TIMESTAMP", "DATE")


def refuse_unguarded_calls(plan: Plan) -> None:
    """Refuse a query of which the engine makes a call that is not listed, or that could fail outside of TRY.

    Args:
        plan: What the engine is going to do; see `bound_plan`.

    Raises:
        NotTranslatableError: There is such a call.
    """
    for node in nodes_of(plan):
        if node.get("expression_class") in _CALLS and _name(node) not in LISTED | {_CAST, ""}:
            raise NotTranslatableError(f"function {_name(node).upper()} cannot be run here")
    for node in nodes_of(plan, outside_of=("OPERATOR_TRY",)):
        if node.get("expression_class") in _CALLS and not _never_fails(node):
            raise NotTranslatableError(
                f"{_name(node).upper()} of {_types(node)} cannot be run here: for some values of a row it would fail"
            )


def _never_fails(node: Plan) -> bool:
    name, kinds = _name(node), [kind["id"] for kind in node.get("arguments", ())]
    if name in _ADD_UP:
        return not any(kind in _NOT_ADDED_UP for kind in kinds)
    if name in _WITHOUT_TRY or name in (_CAST, ""):
        return True
    if name == "list_aggr":
        return str(node["children"][1].get("value", {}).get("value")) in _OF_A_LIST
    if name.startswith("to_") and node.get("return_type", {}).get("id") == "INTERVAL":
        return _is_written(node["children"][0])
    allowed = NEVER_FAIL.get(name)
    return allowed is not None and (not allowed or allowed.issuperset(kinds))


def _is_written(number: Plan) -> bool:
    """Tell whether an interval is of a number that is written; `tolerant` leaves only few digits without TRY."""
    while number.get("type") == "OPERATOR_CAST":
        (number,) = number["children"]
    return number.get("type") == "VALUE_CONSTANT"


def _name(node: Plan) -> str:
    return str(node["qname"]["path"][-1]) if "qname" in node else ""


def _types(node: Plan) -> str:
    return " and ".join(kind["id"] for kind in node.get("arguments", ())) or "nothing"
