"""One row must never decide whether a query fails: whatever can fail on a row gives NULL instead.

A failure is an answer without noise and without a threshold: `SUM(CASE WHEN id = 'x' AND y > 700 THEN y * 5000000 END)`
would fail, by overflow, exactly if that row is there. AWS guards its service against overflow and casts used so
(userguide/differential-privacy); which expressions it covers is not published, so all are covered here.

What is computed from one row is tried. What is computed from aggregates is tried inside a lambda, since the engine
allows no TRY around an aggregate. Sums that could overflow by few rows are bounded before: see `wide_sums`.
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
    exp.Try,
    exp.TryCast,
    exp.UDTF,
    exp.Upper,
)
_ARITHMETIC = (exp.Add, exp.Div, exp.IntDiv, exp.Mod, exp.Mul, exp.Neg, exp.Pow, exp.Sub)
_NOT_OF_ONE_ROW = (exp.AggFunc, exp.Lambda, exp.Query, exp.Rand, exp.Star, exp.Uuid, exp.Window)
_CALLERS = (exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.Window, exp.WithinGroup)

_PARAMETER = "of aggregates"


def make_tolerant(tree: exp.Expr) -> exp.Expr:
    """Wrap everything in a DuckDB tree that can fail on a row into TRY(...); the tree is changed and returned.

    Equal expressions are wrapped alike, so that a select item still equals its GROUP BY key.
    """
    for node in reversed(list(tree.walk(bfs=False))):
        if _can_fail(node):
            node.replace(_tried(node.copy()))
    _try_on_aggregates(tree)
    return tree


def _tried(node: exp.Expr) -> exp.Try:
    return exp.Try(this=node)


def _can_fail(node: exp.Expr) -> bool:
    if not isinstance(node, (*_ARITHMETIC, exp.Func)) or isinstance(node, _NEVER_FAIL):
        return False
    if isinstance(node.parent, exp.Try) or (isinstance(node.parent, _CALLERS) and node.arg_key == "this"):
        return False
    return node.find(exp.Column) is not None and not any(_is_of_many_rows(part) for part in node.walk())


def _is_of_many_rows(node: exp.Expr) -> bool:
    if isinstance(node, exp.Anonymous):
        return node.name.lower() in _aggregates()
    return isinstance(node, _NOT_OF_ONE_ROW)


def _try_on_aggregates(parent: exp.Expr) -> None:
    for node in list(parent.iter_expressions()):
        aggregates = _aggregates_below(node) if _may_fail_on_aggregates(node) else []
        if aggregates:
            node.replace(_in_lambda(node, aggregates))
        else:
            _try_on_aggregates(node)


def _may_fail_on_aggregates(node: exp.Expr) -> bool:
    if not isinstance(node, (*_ARITHMETIC, exp.Func)) or isinstance(node, (*_NEVER_FAIL, exp.Div)):
        return False
    return not _is_aggregate(node) and node.find(exp.Window, exp.Query) is None


def _aggregates_below(node: exp.Expr) -> list[exp.Expr]:
    """The outermost aggregates, each with what modifies it."""
    if _is_aggregate(node):
        return [node]
    return [found for child in node.iter_expressions() for found in _aggregates_below(child)]


def _is_aggregate(node: exp.Expr) -> bool:
    if isinstance(node, _CALLERS) and not isinstance(node, exp.Window):
        return True
    return isinstance(node, exp.AggFunc) or (isinstance(node, exp.Anonymous) and node.name.lower() in _aggregates())


def _in_lambda(node: exp.Expr, aggregates: list[exp.Expr]) -> exp.Expr:
    """`f(SUM(x), g)` as `LIST_TRANSFORM([{'a0': SUM(x)}], LAMBDA p : TRY(f(STRUCT_EXTRACT(p, 'a0'), g)))[1]`."""
    fields = []
    for number, aggregate in enumerate(aggregates):
        name = f"a{number}"
        # With a point, HAVING would take it for a column of a table.
        parameter = exp.to_identifier(_PARAMETER, quoted=True)
        aggregate.replace(exp.Anonymous(this="STRUCT_EXTRACT", expressions=[parameter, exp.Literal.string(name)]))
        fields.append(exp.PropertyEQ(this=exp.to_identifier(name), expression=aggregate))
    body = exp.Lambda(this=_tried(node.copy()), expressions=[exp.to_identifier(_PARAMETER, quoted=True)])
    row = exp.Array(expressions=[exp.Struct(expressions=fields)])
    return exp.Bracket(this=exp.Transform(this=row, expression=body), expressions=[exp.Literal.number(0)])


@cache
def _aggregates() -> frozenset[str]:
    """Names of the engine's aggregate functions: some have no node of their own in the tree."""
    with duckdb.connect() as connection:
        sql = "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'aggregate'"
        return frozenset(name for (name,) in connection.execute(sql).fetchall())
