"""Regular expressions that are written in the query must be valid: the engine compiles them before it looks at a row.

It fails on an invalid one even inside TRY, but not when its statistics of a column tell that no row is asked for:
`WHERE id = 7 AND REGEXP_REPLACE(s, '[', '') = ''` would tell whether there is a row with id 7. A pattern that is
computed from a row is compiled for that row, and gives NULL.
"""

from __future__ import annotations

import re

from simulator.execution.engines.duckdb_engine import literal
from simulator.execution.engines.engine import Engine
from simulator.execution.engines.engine_plan import BoundPlan, Plan, function_name, nodes_of
from simulator.execution.errors import NotTranslatableError, QueryFailedError

_WITH_PATTERN = re.compile(r"regexp_.*|str(ing)?_split_regex|~")
_AROUND_TEXT = ("OPERATOR_CAST", "OPERATOR_TRY")
_OF_ROWS = ("BOUND_REF", "BOUND_COLUMN_REF", "BOUND_LAMBDA_REF")


def refuse_invalid_patterns(plan: BoundPlan) -> None:
    """Refuse written regular expressions that are not valid, or are put together.

    Args:
        plan: What the engine is going to do; see `bound_plan`.

    Raises:
        NotTranslatableError: There is one.
    """
    for node in plan.nodes():
        name = function_name(node)
        if _WITH_PATTERN.fullmatch(name) and len(node.get("children", ())) > 1:
            _check(plan.engine, node["children"][1])


def _check(engine: Engine, pattern: Plan) -> None:
    if any(node.get("type") in _OF_ROWS for node in nodes_of(pattern)):
        return
    written = _written(pattern)
    if written is None:
        raise NotTranslatableError("a regular expression that is computed cannot be run; write it as one text")
    try:
        engine.query(f"SELECT regexp_matches('', {literal(written)})")
    except QueryFailedError as error:
        raise NotTranslatableError(f"the regular expression {written!r} cannot be run: it is not valid") from error


def _written(text: Plan) -> str | None:
    """Return text that is written, in one piece or several; None when it is computed otherwise."""
    if text.get("type") == "VALUE_CONSTANT":
        return str(text["value"].get("value", ""))
    pieces = [_written(piece) for piece in text.get("children", ())]
    is_joined = text.get("type") in _AROUND_TEXT or function_name(text) == "||"
    return "".join(piece or "" for piece in pieces) if is_joined and None not in pieces else None
