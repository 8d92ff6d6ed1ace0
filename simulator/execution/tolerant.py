"""One row must never decide whether a query fails: whatever can fail on a row gives NULL instead.

A failure is an answer without noise and without a threshold: `SUM(CASE WHEN id = 'x' AND y > 700 THEN y * 5000000 END)`
would fail, by overflow, exactly if that row is there. AWS guards its service against overflow and casts used so
(userguide/differential-privacy); which expressions it covers is not published, so all are covered here.

What remains: sums beyond 38 digits, which no row reaches alone.
"""

from __future__ import annotations

from functools import cache

import duckdb
from sqlglot import exp

_NEVER_FAIL = (
    exp.Array,
    exp.Case,
    exp.Cast,
    exp.Coalesce,
    exp.Connector,
    exp.CurrentDate,
    exp.If,
    exp.Length,
    exp.Lower,
    exp.Nullif,
    exp.Struct,
    exp.Trim,
    exp.TryCast,
    exp.UDTF,
    exp.Upper,
)
_ARITHMETIC = (exp.Add, exp.Div, exp.IntDiv, exp.Mod, exp.Mul, exp.Neg, exp.Pow, exp.Sub)
_NOT_OF_ONE_ROW = (exp.AggFunc, exp.Lambda, exp.Query, exp.Rand, exp.Star, exp.Uuid, exp.Window)
_CALLERS = (exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.Window, exp.WithinGroup)


def make_tolerant(tree: exp.Expr) -> exp.Expr:
    """Wrap everything in a DuckDB tree that can fail on a row into TRY(...); the tree is changed and returned.

    Equal expressions are wrapped alike, so that a select item still equals its GROUP BY key.
    """
    for node in reversed(list(tree.walk(bfs=False))):
        if _can_fail(node):
            node.replace(exp.Anonymous(this="TRY", expressions=[node.copy()]))
    return tree


def _can_fail(node: exp.Expr) -> bool:
    if not isinstance(node, (*_ARITHMETIC, exp.Func)) or isinstance(node, _NEVER_FAIL):
        return False
    if isinstance(node.parent, _CALLERS) and node.arg_key == "this":
        return False
    return node.find(exp.Column) is not None and not any(_is_of_many_rows(part) for part in node.walk())


def _is_of_many_rows(node: exp.Expr) -> bool:
    if isinstance(node, exp.Anonymous):
        return node.name.lower() in _aggregates()
    return isinstance(node, _NOT_OF_ONE_ROW)


@cache
def _aggregates() -> frozenset[str]:
    """Names of the engine's aggregate functions: some have no node of their own in the tree."""
    with duckdb.connect() as connection:
        sql = "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'aggregate'"
        return frozenset(name for (name,) in connection.execute(sql).fetchall())
