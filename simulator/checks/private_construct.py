"""SQL that differential privacy does not take, or only in another spelling."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from simulator.checks.context import QueryContext
from simulator.checks.private_relations import SQL_PAGE, is_private_select
from simulator.sql.functions import name_of_function
from simulator.sql.spelling import is_function, token_span, words_of
from simulator.sql.tracing import parts
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
_ARRAYS = (exp.Array, exp.ArrayAgg, exp.ArrayUniqueAgg, exp.Explode, exp.Bracket, exp.Struct, exp.Map, exp.StarMap)
_REWRITES = {
    "SYSDATE": "CURRENT_DATE",
    "CONVERT": "CAST",
    "TOP": "LIMIT",
    "LISTAGG": "an aggregate with GROUP BY",
    "|/": "SQRT",
    "||/": "CBRT",
}


def private_construct(context: QueryContext) -> Iterator[Finding]:
    """A construct outside the list for differential privacy: hints, GROUPING SETS, ROLLUP, CUBE, arrays and others.

    Some have to be spelled otherwise: `x::int` and CONVERT as CAST, TOP as LIMIT, SYSDATE as CURRENT_DATE.

    Avoid: SELECT /*+ REPARTITION(8) */ camp, COUNT(DISTINCT user_key) FROM imps GROUP BY camp
    Prefer: SELECT camp, COUNT(DISTINCT user_key) FROM imps GROUP BY camp
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-sql-capabilities.html
    """
    if not any(is_private_select(select) for select in context.script.selects):
        return
    for statement in context.script.statements:
        for node in parts(statement):
            yield from _of_node(context, node)
    yield from _spelled(context)


def _of_node(context: QueryContext, node: exp.Expression) -> Iterator[Finding]:
    name = _EXCLUDED.get(type(node))
    if name is not None:
        message = f"{name} is not supported under differential privacy"
        yield from context.deny(private_construct, message, SQL_PAGE, at=node)
    elif is_function(node) and (isinstance(node, _ARRAYS) or _is_for_arrays(name_of_function(context.script, node))):
        message = f"array function {name_of_function(context.script, node)} is not supported under differential privacy"
        yield from context.deny(private_construct, message, SQL_PAGE, at=node)
    elif _is_unknown(node):
        message = f"{node.key.upper()} is not supported under differential privacy"
        yield from context.deny(private_construct, message, SQL_PAGE, at=node, basis=Basis.DERIVED)


def _is_unknown(node: exp.Expression) -> bool:
    if type(node) in _KNOWN or (isinstance(node, exp.Func) and not isinstance(node, exp.UDTF)):
        return False
    return node.find_ancestor(exp.Hint) is None


def _is_for_arrays(name: str) -> bool:
    return name.startswith(("ARRAY", "MAP", "EXPLODE", "POSEXPLODE", "INLINE")) or name in {
        *("SEQUENCE", "SPLIT", "SLICE", "FLATTEN", "ELEMENT_AT", "SIZE", "CARDINALITY", "SHUFFLE", "ZIP_WITH"),
        *("TRANSFORM", "FILTER", "AGGREGATE", "REDUCE", "FORALL", "COLLECT_LIST", "COLLECT_SET", "GET"),
        *("STRUCT", "NAMED_STRUCT", "FROM_JSON", "TO_JSON", "STACK"),
    }


def _spelled(context: QueryContext) -> Iterator[Finding]:
    words = words_of(context.script)
    for token, word, following in zip(words.tokens, words.upper, (*words.tokens[1:], None), strict=True):
        written = "::" if token.token_type is TokenType.DCOLON else word
        better = "CAST" if written == "::" else _REWRITES.get(written)
        last = token
        if word == "INTERVAL" and following is not None and _holds_unit(following):
            last, written, better = following, f"INTERVAL '{following.text}'", "the unit after the quotes"
        if better is not None:
            message = f"{written} is not supported under differential privacy; write {better}"
            yield from context.deny(private_construct, message, SQL_PAGE, at=token_span(context.script, token, last))


def _holds_unit(token: Token) -> bool:
    return token.token_type is TokenType.STRING and " " in token.text.strip()
