"""Finds constructs of other engines that the parser reads as well, and GoogleSQL has not, where the tree tells.

Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax and operators
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.sql.foreign_nodes import WINDOWED_ONLY, Rules, empty_in, foreign_nodes, frame_problem, windowed_only
from simulator.sql.resolved import Script


def googlesql_nodes(script: Script) -> Iterator[tuple[str, exp.Expression]]:
    """Yield what the statements of a script hold that GoogleSQL does not have: what it is, and where."""
    return foreign_nodes(script, _RULES)


def _bracketed_table(node: exp.Expr) -> str:
    inner = node.this
    is_alone = isinstance(inner, exp.Table) and not inner.args.get("joins") and not inner.args.get("laterals")
    return "brackets around a table; they go around joins and queries" if is_alone else ""


def _join(node: exp.Expr) -> str:
    # A comma is a CROSS JOIN here; an array of the row needs no condition.
    is_free = node.args.get("kind") == "CROSS" or isinstance(node.this, exp.Unnest)
    has_condition = any(node.args.get(name) for name in ("on", "using"))
    return "" if is_free or has_condition else "JOIN without ON or USING; write CROSS JOIN for every pair of rows"


def _time_zone(node: exp.Expr) -> str:
    is_inside = node.find_ancestor(exp.Extract, exp.Cast, exp.TryCast) is not None
    return "" if is_inside else "AT TIME ZONE after a value; write DATETIME(x, 'UTC')"


_RULES: Rules = {
    exp.Subquery: _bracketed_table,
    exp.Join: _join,
    exp.In: empty_in,
    exp.WindowSpec: frame_problem,
    exp.AtTimeZone: _time_zone,
    **dict.fromkeys(WINDOWED_ONLY, windowed_only),
}
