"""The engine's plan of a query before optimisation, obtained before any row is read."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.execution.engines.engine import Engine
from simulator.execution.errors import LimitExceededError, NotTranslatableError, QueryFailedError

Plan = Mapping[str, Any]
"""A node of the engine's plan, or a type in it, as JSON."""

_BOOLEAN: Plan = {"id": "BOOLEAN"}
_READ = "LOGICAL_GET"
_TABLE = "seq_scan"
_DATABASE = "memory"
_PARTS = 3
_UNNEST = ["system", "main", "unnest"]
_STEPS = frozenset(
    f"LOGICAL_{name}"
    for name in (
        *("PROJECTION", "FILTER", "AGGREGATE_AND_GROUP_BY", "WINDOW", "UNNEST", "PIVOT", "SAMPLE"),
        *("ORDER_BY", "TOP_N", "LIMIT", "DISTINCT", "UNION", "EXCEPT", "INTERSECT"),
        *("JOIN", "ANY_JOIN", "ASOF_JOIN", "COMPARISON_JOIN", "CROSS_PRODUCT", "DELIM_JOIN", "DEPENDENT_JOIN"),
        *("MATERIALIZED_CTE", "RECURSIVE_CTE", "CTE_REF", "DELIM_GET"),
        *("DUMMY_SCAN", "EMPTY_RESULT", "EXPRESSION_GET"),
    )
)
"""Steps of a plan that read no table: they work on the rows of other steps, or on constants of the query."""


@dataclass(frozen=True, slots=True)
class BoundPlan:
    """The plan of a whole query.

    Attributes:
        engine: The engine that made it; it can also tell whether a constant in the plan is valid.
        root: The plan.
    """

    engine: Engine
    root: Plan

    def nodes(self, outside_of: tuple[str, ...] = ()) -> Iterator[Plan]:
        """Yield every node and type of the plan, except nodes of the kinds *outside_of* and what they contain."""
        return nodes_of(self.root, outside_of)


def bound_plan(engine: Engine, sql: str) -> BoundPlan:
    """Return the engine's plan of *sql* before optimisation, which does not depend on the rows.

    Raises:
        NotTranslatableError: The engine rejects the SQL, for example because an operator does not accept the types.
        LimitExceededError: The run exceeded its limit on time, memory or disk.
    """
    try:
        answer = engine.plan(sql)
    except LimitExceededError:
        raise
    except QueryFailedError as error:
        raise refused(error.detail) from error
    try:
        plan: Plan = json.loads(answer)
    except ValueError as error:
        # The engine writes a constant such as POWER(10, 99999) as `inf`, which is not JSON.
        raise refused("a constant in it is infinite or not a number") from error
    if plan.get("error"):
        raise refused(str(plan.get("error_message", "no plan")))
    return BoundPlan(engine, plan)


def refuse_other_tables(plan: BoundPlan, scans: Collection[str]) -> None:
    """Refuse a plan that reads anything but the tables *scans*.

    Args:
        plan: The plan.
        scans: The tables that it may read, as `schema.table`.

    Raises:
        NotTranslatableError: It reads another table, the catalogue or a file, or has a step that is not known here.
    """
    for node in plan.nodes():
        step = str(node.get("type", ""))
        if not step.startswith("LOGICAL_") or step in _STEPS:
            continue
        if step != _READ:
            raise refused(f"{step} is not a step of a SELECT")
        if node.get("qname", {}).get("path") != _UNNEST and _scanned(node) not in scans:
            raise refused("it reads a table that is not one of its own")


def _scanned(node: Plan) -> str | None:
    """Return the table, as `schema.table`, that a step reads; None when it reads no table of the run's database."""
    path = node.get("function_data", {}).get("qualified_name", {}).get("path", [])
    if function_name(node) != _TABLE or len(path) != _PARTS or path[0] != _DATABASE:
        return None
    return f"{path[1]}.{path[2]}"


def nodes_of(plan: Plan, outside_of: tuple[str, ...] = ()) -> Iterator[Plan]:
    """Yield every node in a part of a plan, as `BoundPlan.nodes` does."""
    waiting: list[Any] = [plan]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict) and node.get("type") not in outside_of:
            yield node
            waiting += node.values()


def refused(reason: str) -> NotTranslatableError:
    """Return the error for a query that fails before a row is read; *reason* may be the engine's message."""
    text = reason.partition("\n")[0]
    return NotTranslatableError(f"the engine cannot run the query, whatever the rows: {text}")


def function_name(node: Plan) -> str:
    """Return the engine's name of the function or operator that a node calls; empty when it calls none."""
    return str(node["qname"]["path"][-1]) if "qname" in node else ""


def type_of(expression: Plan) -> Plan:
    """Return the type of an expression in a plan; a constant states it with its value, AND and OR state none."""
    if expression.get("expression_class") == "BOUND_CONJUNCTION":
        return _BOOLEAN
    kind: Plan = expression.get("return_type") or expression["value"]["type"]
    return kind
