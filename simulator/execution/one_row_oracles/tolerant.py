"""One row must never decide whether a query fails: whatever can fail on a row gives NULL instead.

A failure is an answer without noise and without a threshold: `SUM(CASE WHEN id = 'x' AND y > 700 THEN y * 5000000 END)`
would fail, by overflow, exactly if that row is there. AWS guards its service against overflow and casts used so
(userguide/differential-privacy); which expressions it covers is not published, so all are covered here.

What is computed from one row is tried. What is computed from aggregates, window functions and nested queries is tried
inside a lambda, since the engine allows no TRY around them. Sums that few rows could make overflow are bounded before,
see `wide_sums`; what fails even inside TRY is refused, see `fixed_arguments`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import duckdb
from sqlglot import exp

_NEVER_FAIL = (
    exp.Array,
    exp.Case,
    exp.Cast,
    exp.Coalesce,
    exp.Connector,
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
_OF_UNLIKE = (
    exp.Case,
    exp.Coalesce,
    exp.Nullif,
    exp.EQ,
    exp.NEQ,
    exp.GT,
    exp.GTE,
    exp.LT,
    exp.LTE,
    exp.Between,
    exp.In,
)
"""Text written beside values of another type is cast by the engine; elsewhere these do not fail."""
_SHIFTS = (exp.BitwiseLeftShift, exp.BitwiseRightShift)
_ARITHMETIC = (exp.Add, exp.Div, exp.IntDiv, exp.Mod, exp.Mul, exp.Neg, exp.Pow, exp.Sub, *_SHIFTS)
_NOT_OF_ONE_ROW = (exp.AggFunc, exp.Query, exp.Rand, exp.Star, exp.Uuid, exp.Window)
_UNTRIED = (exp.Query, exp.SubqueryPredicate, exp.Rand, exp.Uuid)
_CALLERS = (exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.Window, exp.WithinGroup)

_PARAMETER = "of aggregates"
_FEW_DIGITS = 5
"""Of an interval's number, in any unit, for which the interval is surely one."""


def make_tolerant(tree: exp.Expr) -> exp.Expr:
    """Wrap everything in a DuckDB tree that can fail on a row into TRY(...); the tree is changed and returned.

    Equal expressions are wrapped alike, so that a select item still equals its GROUP BY key.
    """
    for node in reversed(list(tree.walk(bfs=False))):
        if _can_fail(node):
            node.replace(_tried(node.copy()))
    _try_on_aggregates(tree)
    return tree


def give_null_for_failing_casts(tree: exp.Expr) -> exp.Expr:
    """Let every cast of a DuckDB tree that fails give NULL, as Spark's; the tree is changed and returned."""
    for node in reversed(list(tree.walk(bfs=False))):
        if type(node) is exp.Cast:
            node.replace(exp.TryCast(this=node.this, to=node.to))
    return tree


def _tried(node: exp.Expr) -> exp.Try:
    return exp.Try(this=node)


def _can_fail(node: exp.Expr) -> bool:
    if not _may_fail(node) or isinstance(node.parent, exp.Try):
        return False
    if isinstance(node.parent, _CALLERS) and node.arg_key == "this":
        return False
    return not any(_is_of_many_rows(part) for part in node.walk())


def _may_fail(node: exp.Expr) -> bool:
    """Tell whether the operation fails on some operands. Constants count: CASE computes them only for some rows."""
    if isinstance(node, _OF_UNLIKE):
        return _is_of_unlike(node)
    if isinstance(node, exp.Interval):
        return not _is_small(node.this) and not isinstance(node.parent, exp.WindowSpec)
    if isinstance(node, exp.Bracket):
        return not all(isinstance(place, exp.Literal) for place in node.expressions)
    if not isinstance(node, (*_ARITHMETIC, exp.AtTimeZone, exp.Func)) or isinstance(node, _NEVER_FAIL):
        return False
    if isinstance(node, (exp.Add, exp.Neg, exp.Replace)):
        return not _is_safe(node)
    return any(node.iter_expressions())


def _is_safe(node: exp.Add | exp.Neg | exp.Replace) -> bool:
    """Tell whether what is written in the operation keeps it from failing, whatever its other operand is."""
    if isinstance(node, exp.Neg):
        return isinstance(node.this, exp.Literal)
    if isinstance(node, exp.Replace):
        return _makes_no_longer(node.expression, node.args.get("replacement"))
    return node.is_type(*exp.DataType.FLOAT_TYPES) and isinstance(node.expression, exp.Literal)


def _makes_no_longer(word: exp.Expr | None, other: exp.Expr | None) -> bool:
    """Tell whether REPLACE puts written text for written text that is no shorter, so that no text grows."""
    return isinstance(word, exp.Literal) and isinstance(other, exp.Literal) and len(other.name) <= len(word.name)


def _is_small(number: exp.Expr | None) -> bool:
    return isinstance(number, exp.Literal) and number.name.lstrip("-").isdecimal() and len(number.name) <= _FEW_DIGITS


def _is_of_unlike(node: exp.Expr) -> bool:
    """Tell whether written text stands beside a value that is not known to be text."""
    values = list(_values(node))
    return any(_is_written_text(value) for value in values) and not all(_is_text(value) for value in values)


def _values(node: exp.Expr) -> Iterator[exp.Expr]:
    """Yield what the engine casts to one type."""
    if isinstance(node, exp.Case):
        yield from (branch.args["true"] for branch in node.args["ifs"])
        if node.args.get("default"):
            yield node.args["default"]
    elif not node.args.get("query"):
        yield from node.iter_expressions()


def _is_written_text(value: exp.Expr) -> bool:
    if isinstance(value, (exp.Case, exp.Coalesce)):
        return any(map(_is_written_text, _values(value)))
    return value.unnest().is_string


def _is_text(value: exp.Expr) -> bool:
    return isinstance(value, exp.Null) or value.is_type(*exp.DataType.TEXT_TYPES)


def _is_of_many_rows(node: exp.Expr) -> bool:
    if isinstance(node, exp.Anonymous):
        return node.name.lower() in _aggregates()
    return isinstance(node, _NOT_OF_ONE_ROW)


def _try_on_aggregates(parent: exp.Expr) -> None:
    for node in list(parent.iter_expressions()):
        aggregates = _aggregates_below(node) if _may_fail_on_aggregates(node) else []
        if aggregates:
            node.replace(_in_lambda(node, aggregates))
            for aggregate in aggregates:
                _try_on_aggregates(aggregate)
        else:
            _try_on_aggregates(node)


def _may_fail_on_aggregates(node: exp.Expr) -> bool:
    return _may_fail(node) and not _is_quotient_of_numbers(node) and not _is_aggregate(node)


def _is_quotient_of_numbers(node: exp.Expr) -> bool:
    """Tell whether the engine divides as DOUBLE, which never fails; an INTERVAL, for one, can become too long."""
    return isinstance(node, exp.Div) and all(
        operand.is_type(*exp.DataType.NUMERIC_TYPES) for operand in (node.this, node.expression)
    )


def _aggregates_below(node: exp.Expr) -> list[exp.Expr]:
    """The outermost of what the engine takes in no TRY: aggregates, window functions, nested queries, random values."""
    if _is_aggregate(node):
        return [node]
    return [found for child in node.iter_expressions() for found in _aggregates_below(child)]


def _is_aggregate(node: exp.Expr) -> bool:
    return isinstance(node, (*_CALLERS, *_UNTRIED)) or bool(node.args.get("query")) or is_aggregate_function(node)


def is_aggregate_function(node: exp.Expr) -> bool:
    """Tell whether *node* calls an aggregate function of the engine."""
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
