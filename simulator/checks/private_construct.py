"""SQL that differential privacy does not take, or only in another spelling."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from simulator.checks.context import QueryContext
from simulator.checks.private_relations import SQL_PAGE, is_private_select
from simulator.sql.brackets import around_brackets
from simulator.sql.functions import name_of_function
from simulator.sql.problems import span_between
from simulator.sql.resolved import ColumnUse, Select
from simulator.sql.spark_functions import ARRAY_FUNCTIONS, OVERLOADED_FOR_ARRAYS
from simulator.sql.spelling import is_function, words_of
from simulator.sql.tracing import fields_of, parts, unchanged
from simulator.sql.type_families import field_type, is_array_type
from simulator.sql.windows import is_windowed
from simulator.verdict import Basis, Finding

_EXCLUDED: dict[type[exp.Expression], str] = {
    exp.Hint: "a hint",
    exp.Cube: "CUBE",
    exp.Rollup: "ROLLUP",
    exp.GroupingSets: "GROUPING SETS",
}

_KNOWN: frozenset[type[exp.Expression]] = frozenset(
    {
        *(exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.Limit),
        *(exp.Offset, exp.With, exp.CTE, exp.Subquery, exp.Table, exp.TableAlias, exp.Alias, exp.Identifier),
        *(exp.Column, exp.Star, exp.Literal, exp.Boolean, exp.Null, exp.Placeholder, exp.Parameter, exp.Paren),
        *(exp.Tuple, exp.Distinct, exp.Union, exp.Except, exp.Intersect, exp.Values, exp.Cache, exp.Window),
        *(exp.WindowSpec, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Like, exp.RegexpLike),
        *(exp.Between, exp.Is, exp.And, exp.Or, exp.Not, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.IntDiv),
        *(exp.Neg, exp.DPipe, exp.DataType, exp.DataTypeParam, exp.Interval, exp.IntervalSpan, exp.Var),
        *(exp.Exists, exp.Escape, exp.NullSafeEQ, exp.NullSafeNEQ, exp.IgnoreNulls, exp.RespectNulls, exp.ILike),
    }
)
_ARRAY_NODES = (exp.Array, exp.ArrayAgg, exp.ArrayUniqueAgg, exp.Explode, exp.Bracket, exp.Struct, exp.Map, exp.StarMap)
_REWRITES = {
    "SYSDATE": "CURRENT_DATE",
    "CONVERT": "CAST",
    "TOP": "LIMIT",
    "|/": "SQRT",
    "||/": "CBRT",
}
_AGGREGATES_ONLY = (exp.GroupConcat, exp.Quantile, exp.ApproxQuantile, exp.PercentileCont, exp.PercentileDisc)
"""LISTAGG and the percentiles, under all their names: aggregate functions, but no window functions."""


def private_construct(context: QueryContext) -> Iterator[Finding]:
    """A construct outside the list for differential privacy: hints, GROUPING SETS, ROLLUP, CUBE, arrays and others.

    Some have to be spelled otherwise: `x::int` and CONVERT as CAST, TOP as LIMIT, SYSDATE as CURRENT_DATE, LISTAGG and
    percentiles over a window as aggregates with GROUP BY. Functions of texts such as CONCAT are array functions when
    they are given an array. Whether an array may be counted, compared or grouped by is an open question.

    Why: Noise is scaled to what one user can change, so the service lists the SQL that it supports under differential
        privacy, and refuses the rest.
    Avoid: `SELECT /*+ REPARTITION(8) */ camp, COUNT(DISTINCT user_key) AS n FROM imps GROUP BY camp`
    Prefer: `SELECT camp, COUNT(DISTINCT user_key) AS n FROM imps GROUP BY camp`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-sql-capabilities.html
    """
    if not any(is_private_select(select) for select in context.script.selects):
        return
    for statement in context.script.statements:
        for node in parts(statement):
            yield from _of_node(context, node)
    for select in context.script.selects:
        yield from _of_arrays(context, select)
    yield from _spelled(context)


def _of_node(context: QueryContext, node: exp.Expression) -> Iterator[Finding]:
    name = _EXCLUDED.get(type(node))
    if name is not None:
        message = f"{name} is not supported under differential privacy"
        yield from context.deny(private_construct, message, SQL_PAGE, at=node)
    elif isinstance(node, _AGGREGATES_ONLY) and is_windowed(node):
        name = name_of_function(context.script, node)
        message = f"{name} over a window is not supported under differential privacy; write an aggregate with GROUP BY"
        yield from context.deny(private_construct, message, SQL_PAGE, at=node)
    elif is_function(node) and (
        isinstance(node, _ARRAY_NODES) or name_of_function(context.script, node) in ARRAY_FUNCTIONS
    ):
        yield from _array_function(context, node)
    elif _is_unknown(node):
        message = f"{node.key.upper()} is not supported under differential privacy"
        yield from context.deny(private_construct, message, SQL_PAGE, at=node, basis=Basis.DERIVED)


def _is_unknown(node: exp.Expression) -> bool:
    if type(node) in _KNOWN or (isinstance(node, exp.Func) and not isinstance(node, exp.UDTF)):
        return False
    return node.find_ancestor(exp.Hint) is None


def _of_arrays(context: QueryContext, select: Select) -> Iterator[Finding]:
    """Report what *select* does with a column that holds an array or a map, beyond handing it up."""
    handed_up = {id(item.use) for item in select.projections if item.use is not None}
    calls: list[exp.Expression] = []
    for use in select.uses:
        if use.projection is not None or id(use) in handed_up or not _holds_array(use):
            continue
        holder = around_brackets(use.node)
        name = name_of_function(context.script, holder) if holder is not None and is_function(holder) else ""
        if holder is not None and name in OVERLOADED_FOR_ARRAYS:
            calls.append(holder)
        elif name not in ARRAY_FUNCTIONS and not isinstance(holder, _ARRAY_NODES):
            message = f"'{use.name}' holds an array or a map, for which nothing says what differential privacy takes"
            setting = "array_under_differential_privacy"
            yield from context.open(private_construct, setting, message, SQL_PAGE, at=use.node)
    for call in {id(call): call for call in calls}.values():
        yield from _array_function(context, call)


def _holds_array(use: ColumnUse) -> bool:
    fields = fields_of(use)
    for origin in use.origins if fields else unchanged(use):
        declared = origin.table.columns.get(origin.column, "")
        if is_array_type(field_type(declared, fields[-1]) if fields else declared):
            return True
    return False


def _array_function(context: QueryContext, node: exp.Expression) -> Iterator[Finding]:
    message = f"array function {name_of_function(context.script, node)} is not supported under differential privacy"
    yield from context.deny(private_construct, message, SQL_PAGE, at=node)


def _spelled(context: QueryContext) -> Iterator[Finding]:
    words = words_of(context.script)
    names = {
        node.meta.get("start") for statement in context.script.statements for node in parts(statement, exp.Identifier)
    }
    for token, word, following in zip(words.tokens, words.upper, (*words.tokens[1:], None), strict=True):
        if token.start in names:
            continue  # a column or alias that is called `top`
        written = "::" if token.token_type is TokenType.DCOLON else word
        better = "CAST" if written == "::" else _REWRITES.get(written)
        last = token
        if word == "INTERVAL" and following is not None and _holds_unit(following):
            last, written, better = following, f"INTERVAL '{following.text}'", "the unit after the quotes"
        if better is not None:
            message = f"{written} is not supported under differential privacy; write {better}"
            at = span_between(context.script.sql, token.start, last.end)
            yield from context.deny(private_construct, message, SQL_PAGE, at=at)


def _holds_unit(token: Token) -> bool:
    return token.token_type is TokenType.STRING and " " in token.text.strip()
