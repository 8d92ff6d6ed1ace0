"""What the engine is going to do with a query, asked before it reads a row: its plan before it is optimised."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from simulator.execution.duckdb_engine import literal
from simulator.execution.engine import Engine
from simulator.execution.errors import LimitExceededError, NotTranslatableError, QueryFailedError

Plan = Mapping[str, Any]
"""A node of the engine's plan, or a type in it, as JSON."""

_BOOLEAN: Plan = {"id": "BOOLEAN"}


def bound_plan(engine: Engine, sql: str) -> Plan:
    """Return the engine's plan of *sql* before it is optimised: what is to be done, whatever the rows.

    Raises:
        NotTranslatableError: The engine cannot make sense of the SQL, for example of an operator between such types.
        LimitExceededError: The run wanted more than it may take.
    """
    options = "skip_null := true, skip_empty := true, skip_default := true, optimize := false"
    try:
        ((answer,),) = engine.query(f"SELECT json_serialize_plan({literal(sql)}, {options})").rows
    except LimitExceededError:
        raise
    except QueryFailedError as error:
        raise refused(error.detail) from error
    try:
        plan: Plan = json.loads(answer)
    except ValueError as error:
        # The engine writes a constant such as POWER(10, 99999) as `inf`, which is no JSON.
        raise refused("a constant in it is infinite or no number") from error
    if plan.get("error"):
        raise refused(str(plan.get("error_message", "no plan")))
    return plan


def nodes_of(plan: Plan, outside_of: tuple[str, ...] = ()) -> Iterator[Plan]:
    """Yield every node of a plan and every type in it, but nothing inside nodes of the kinds *outside_of*."""
    waiting: list[Any] = [plan]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict) and node.get("type") not in outside_of:
            yield node
            waiting += node.values()


def refused(reason: str) -> NotTranslatableError:
    """Make the error for a query that fails before a row is read; *reason* is the engine's own words."""
    text = reason.partition("\n")[0]
    return NotTranslatableError(f"the engine cannot run the query, whatever the rows: {text}")


def type_of(expression: Plan) -> Plan:
    """Return the type of an expression in a plan; a constant states it with its value, AND and OR state none."""
    if expression.get("expression_class") == "BOUND_CONJUNCTION":
        return _BOOLEAN
    kind: Plan = expression.get("return_type") or expression["value"]["type"]
    return kind
