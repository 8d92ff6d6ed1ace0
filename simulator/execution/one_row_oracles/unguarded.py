"""The net below `tolerant.py`: calls that could fail on one row, and that no TRY is around, found in the engine's plan.

`engine_text` has seen the names that are written; here are those that the engine has put for them, and the types.
"""

from __future__ import annotations

from simulator.execution.engines.engine_plan import BoundPlan, Plan, function_name
from simulator.execution.errors import NotTranslatableError
from simulator.execution.one_row_oracles.functions import (
    AGGREGATE,
    DRAW_AT_RANDOM,
    LISTED,
    NEVER_FAIL,
    WINDOW,
)

_CALLS = ("BOUND_FUNCTION", "BOUND_AGGREGATE", "BOUND_WINDOW")
_CAST = "__cast"
"""The engine's name of a cast, which `implicit_casts` looks at."""
_WITHOUT_TRY = AGGREGATE | WINDOW | DRAW_AT_RANDOM
_OF_A_LIST = ("max", "min", "count", "string_agg")
"""What `list_aggr` makes of a list in the macros that are listed: it never fails."""
_ADD_UP = ("sum", "avg")
_NOT_ADDED_UP = ("INTERVAL", "TIME", "TIMESTAMP", "DATE")


def refuse_unguarded_calls(plan: BoundPlan) -> None:
    """Refuse a query of which the engine makes a call that is not listed, or that could fail outside of TRY.

    Args:
        plan: What the engine is going to do; see `bound_plan`.

    Raises:
        NotTranslatableError: There is such a call.
    """
    for node in plan.nodes():
        if node.get("expression_class") in _CALLS and function_name(node) not in LISTED | {_CAST, ""}:
            raise NotTranslatableError(f"function {function_name(node).upper()} cannot be run here")
    for node in plan.nodes(outside_of=("OPERATOR_TRY",)):
        if node.get("expression_class") in _CALLS and not _never_fails(node):
            called = f"{function_name(node).upper()} of {_types(node)}"
            raise NotTranslatableError(f"{called} cannot be run here: for some values of a row it would fail")


def _never_fails(node: Plan) -> bool:
    name, kinds = function_name(node), [kind["id"] for kind in node.get("arguments", ())]
    if name in _ADD_UP:
        return not any(kind in _NOT_ADDED_UP for kind in kinds)
    if name in _WITHOUT_TRY or name in (_CAST, ""):
        return True
    if name == "list_aggr":
        return str(node["children"][1].get("value", {}).get("value")) in _OF_A_LIST
    if name == "replace":
        return _makes_no_longer(*node["children"][1:])
    if name.startswith("to_") and node.get("return_type", {}).get("id") == "INTERVAL":
        return _is_written(node["children"][0])
    allowed = NEVER_FAIL.get(name)
    return allowed is not None and (not allowed or allowed.issuperset(kinds))


def _is_written(value: Plan) -> bool:
    """Tell whether an argument is written; of an interval's numbers, `tolerant` leaves only few digits without TRY."""
    while value.get("type") == "OPERATOR_CAST":
        (value,) = value["children"]
    return value.get("type") == "VALUE_CONSTANT"


def _makes_no_longer(word: Plan, other: Plan) -> bool:
    """Tell whether REPLACE puts written text for written text that is no shorter, so that no text grows."""
    if not (_is_written(word) and _is_written(other)):
        return False
    lengths = [len(str(each.get("value", {}).get("value"))) for each in (word, other)]
    return lengths[1] <= lengths[0]


def _types(node: Plan) -> str:
    return " and ".join(kind["id"] for kind in node.get("arguments", ())) or "nothing"
