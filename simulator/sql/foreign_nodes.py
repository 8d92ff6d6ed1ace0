"""Finds constructs of other engines that the parser reads as well, where the tree tells.

Source: https://spark.apache.org/docs/latest/sql-ref-syntax.html, the grammar of Spark 4.3 and what it answers;
https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/sql-conditions-topic-spark.html
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from sqlglot import exp

from simulator.sql.constructs import bare
from simulator.sql.dialects import SPARK
from simulator.sql.resolved import Role, Script
from simulator.sql.tracing import parts
from simulator.sql.windows import is_windowed

_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)
WINDOWED_ONLY: Final = (
    *(exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist),
    *(exp.Ntile, exp.Lag, exp.Lead, exp.NthValue),
)
"""Functions that are nothing without a window."""


Rules = Mapping[type[exp.Expr], Callable[[exp.Expr], str]]
"""What is wrong with a node, by its type; "" where nothing is."""


def foreign_nodes(script: Script, rules: Rules | None = None) -> Iterator[tuple[str, exp.Expression]]:
    """Yield what the statements of a script hold that the engine of *rules*, or else Spark SQL, does not have."""
    for statement in script.statements:
        for node in parts(statement):
            rule = (rules or _RULES).get(type(node))
            message = rule(node) if rule is not None else ""
            if message:
                yield message, node


def foreign_widths(script: Script) -> Iterator[tuple[str, exp.Expression]]:
    """Yield the subqueries in expressions that put out another number of columns than they are compared with."""
    for query in script.queries:
        node: exp.Expr = query.node
        while isinstance(node.parent, (exp.Subquery, exp.Paren)):
            node = node.parent
        holder = node.parent
        if query.role is not Role.SUBQUERY or isinstance(holder, (exp.Exists, exp.Any, exp.All, exp.Array)):
            continue
        left = bare(holder.this) if isinstance(holder, exp.In) and node.arg_key == "query" else None
        wanted = len(left.expressions) if isinstance(left, exp.Tuple) and script.dialect == SPARK else 1
        if len(query.outputs) != wanted:
            yield f"a query of {len(query.outputs)} columns in place of {wanted}", query.node


def _quantified(node: exp.Expr) -> str:
    if isinstance(node.parent, exp.RegexpLike):
        return f"RLIKE {node.key.upper()}; write LIKE {node.key.upper()}, or RLIKE with 'a|b'"
    is_aggregate = isinstance(node, exp.Any) and not isinstance(node.parent, _COMPARISONS)
    if is_aggregate or isinstance(node.parent, (exp.Like, exp.ILike)):
        return ""
    return f"a comparison with {node.key.upper()}; write IN, or compare with MIN or MAX"


def _bracket(node: exp.Expr) -> str:
    is_element = len(node.expressions) == 1 and not isinstance(node.expressions[0], exp.Slice)
    return "" if is_element else "[...] with more than one position or key; write SLICE for a part of an array"


def _array(node: exp.Expr) -> str:
    is_query = any(isinstance(item, exp.Select) for item in node.expressions)
    return "ARRAY of a query; write COLLECT_LIST in a query" if is_query else ""


def windowed_only(node: exp.Expr) -> str:
    """Tell of a function that needs OVER and has none."""
    return "" if is_windowed(node) else f"{node.sql_name()} without OVER (...)" if isinstance(node, exp.Func) else ""


def _window(node: exp.Expr) -> str:
    call = node.this
    if isinstance(call, exp.AggFunc) and isinstance(call.this, exp.Distinct):
        return "DISTINCT in a window function"
    is_extended = node.args.get("alias") and any(node.args.get(name) for name in ("partition_by", "order", "spec"))
    return "a named window with more in its brackets; write the window out" if is_extended else ""


def frame_problem(node: exp.Expr) -> str:
    """Tell what no engine has in the frame of a window: GROUPS, or an end before the start."""
    if node.text("kind").upper() == "GROUPS":
        return "GROUPS in a window; write ROWS or RANGE"
    start, end = _bound(node, "start"), _bound(node, "end")
    is_backward = start is not None and end is not None and end < start
    return "a window whose frame ends before it starts" if is_backward else ""


def _bound(node: exp.Expr, name: str) -> float | None:
    """Return how many rows a bound of a frame lies behind the current one; None where that is not a plain number."""
    value, word = node.args.get(name), node.text(name).upper()
    sign = -1 if node.text(f"{name}_side").upper() == "PRECEDING" else 1
    if word == "CURRENT ROW":
        return 0
    if word == "UNBOUNDED":
        return sign * math.inf
    return sign * float(value.name) if isinstance(value, exp.Literal) and not value.is_string else None


def _is(node: exp.Expr) -> str:
    is_test = isinstance(node.expression, (exp.Null, exp.Boolean))
    return "" if is_test else "IS before anything but NULL, TRUE, FALSE or DISTINCT FROM; write ="


def empty_in(node: exp.Expr) -> str:
    """Tell of IN without values."""
    takes = any(node.args.get(name) for name in ("expressions", "query", "unnest"))
    return "" if takes else "IN without values in brackets"


def _join(node: exp.Expr) -> str:
    is_double = node.args.get("method") == "NATURAL" and (node.args.get("on") or node.args.get("using"))
    return "NATURAL JOIN with a condition" if is_double else ""


def _interval(node: exp.Expr) -> str:
    is_computed = isinstance(node.this, (exp.Column, exp.Dot, exp.Paren))
    return "an INTERVAL of a column or expression; write MAKE_INTERVAL" if is_computed else ""


def _collation(node: exp.Expr) -> str:
    return "a string as the name of a collation" if isinstance(node.expression, exp.Literal) else ""


def _tuple(node: exp.Expr) -> str:
    is_set = isinstance(node.parent, (exp.GroupingSets, exp.Rollup, exp.Cube))
    return "" if node.expressions or is_set else "() as a value"


_RULES: dict[type[exp.Expr], Callable[[exp.Expr], str]] = {
    exp.Any: _quantified,
    exp.All: _quantified,
    exp.Bracket: _bracket,
    exp.Array: _array,
    exp.Window: _window,
    exp.WindowSpec: frame_problem,
    exp.Is: _is,
    exp.In: empty_in,
    exp.Join: _join,
    exp.Interval: _interval,
    exp.Collate: _collation,
    exp.Tuple: _tuple,
    exp.AtTimeZone: lambda _: "AT TIME ZONE; write FROM_UTC_TIMESTAMP or TO_UTC_TIMESTAMP",
    exp.MatchAgainst: lambda _: "MATCH ... AGAINST; write RLIKE",
    **dict.fromkeys(WINDOWED_ONLY, windowed_only),
}
