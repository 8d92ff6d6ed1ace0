"""Arguments at which a value computed from a row makes the engine fail, even inside TRY; found in its plan.

Such an argument would let a query ask by failing whether a row is there. `fixed_arguments` refuses others in the
query's own words, before there is a plan; here a function is known by the engine's name, however it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from simulator.execution.engines.engine_plan import BoundPlan, Plan, function_name
from simulator.execution.errors import NotTranslatableError

_FEW = range(1, 1001)
_OFFSETS = range(-(2**31), 2**31)
_COUNTED_AT = {"min": 1, "max": 1, "approx_top_k": 1} | dict.fromkeys(
    ("arg_min", "arg_max", "min_by", "max_by", "argmin", "argmax", "arg_min_null", "arg_max_null"), 2
)
"""Aggregate functions to the place of how many values they keep: they fail on one below 1 or above a million."""
_WINDOWS = ("WINDOW_LAG", "WINDOW_LEAD", "WINDOW_NTH_VALUE")
_NO_PATH = frozenset({"json_contains", "json_array", "json_object", "json_merge_patch", "json_group_array"})
_JSON = re.compile(r"json_.*|->>?")
_PATH = re.compile(r"\$?([.\[][^*.\[\]#]+\]?)*|[^*$/\[\]#]*")
"""A JSON path to one value: no wildcard and no other notation."""


def refuse_computed_positions(plan: BoundPlan) -> None:
    """Refuse computed numbers of MIN(x, n) and the like, offsets of LAG, LEAD and NTH_VALUE, and JSON paths.

    Args:
        plan: What the engine is going to do; see `bound_plan`.

    Raises:
        NotTranslatableError: There is one, or one that is written out is out of range.
    """
    for node in plan.nodes():
        for name, argument, allowed in _whole_numbers(node):
            value = _constant(argument)
            if not isinstance(value, int) or value not in allowed:
                raise NotTranslatableError(
                    f"an argument of {name.upper()} cannot be run; write a whole number from {allowed.start} to "
                    f"{allowed.stop - 1}"
                )
        for path in _paths(node):
            if not _is_plain(path):
                raise NotTranslatableError(
                    "a JSON path cannot be run; write it as text, as in '$.name' or '$.list[0]', without a wildcard"
                )


def _whole_numbers(node: Plan) -> Iterator[tuple[str, Plan, range]]:
    children, kind = node.get("children", ()), node.get("type")
    if kind in _WINDOWS and len(children) > 1:
        yield str(kind).removeprefix("WINDOW_"), children[1], _OFFSETS
    place = _COUNTED_AT.get(function_name(node))
    if place is not None and len(children) > place:
        yield function_name(node), children[place], _FEW


def _paths(node: Plan) -> Iterator[Plan]:
    name = function_name(node)
    if _JSON.fullmatch(name) and name not in _NO_PATH:
        yield from node.get("children", ())[1:2]


def _constant(argument: Plan) -> Any:  # noqa: ANN401 - whatever is written
    """Return the value that is written in the query; None when it is computed."""
    while argument.get("type") == "OPERATOR_CAST":
        (argument,) = argument["children"]
    return argument["value"].get("value") if argument.get("type") == "VALUE_CONSTANT" else None


def _is_plain(path: Plan) -> bool:
    value = _constant(path)
    return isinstance(value, int) or (isinstance(value, str) and _PATH.fullmatch(value) is not None)
