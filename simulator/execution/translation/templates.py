"""DuckDB SQL with places for parts of a query: for differences of engines that take more than a node."""

from __future__ import annotations

import re
from functools import cache

import sqlglot
from sqlglot import exp

_PARTS = "parts of a template"
_SIMPLE = (exp.Column, exp.Literal, exp.Null, exp.Boolean)
"""What may be written several times, since nothing is computed for it."""


def written(text: str, **parts: exp.Expr) -> exp.Expr:
    """Return an expression of DuckDB.

    Args:
        text: The expression; `:name` is a place, and may occur several times.
        parts: What belongs in each place; copies are put there, in parentheses where they are operations. Where one
            that is computed occurs several times, it is computed once, as a field of a lambda's parameter: an
            expression stays as long as it is, however deep calls are nested, and RAND() is drawn once.
    """
    bound: dict[str, exp.Expr] = {}
    if any(not _is_simple(part) and len(re.findall(rf":{name}\b", text)) > 1 for name, part in parts.items()):
        bound = {name: part for name, part in parts.items() if not _is_simple(part)}
    enclosed = {name: _field(name) if name in bound else _enclosed(part) for name, part in parts.items()}
    body = exp.paren(exp.replace_placeholders(_parsed(text).copy(), **enclosed), copy=False)
    return _with_parameter(body, bound) if bound else body


def typed(node: exp.Expr, kind: str) -> exp.Expr:
    """Say of what type of DuckDB *node* is, so that later differences know; it is returned."""
    node.type = exp.DataType.build(kind, dialect="duckdb")
    return node


def _is_simple(part: exp.Expr) -> bool:
    inner = part.unnest()
    while isinstance(inner, (exp.Cast, exp.Neg)):
        inner = inner.this
    return isinstance(inner, _SIMPLE)


def _field(name: str) -> exp.Expr:
    parameter = exp.to_identifier(_PARTS, quoted=True)
    return exp.Anonymous(this="STRUCT_EXTRACT", expressions=[parameter, exp.Literal.string(name)])


def _with_parameter(body: exp.Expr, parts: dict[str, exp.Expr]) -> exp.Expr:
    """`LIST_TRANSFORM([{'x': value}], LAMBDA p : body)[1]`."""
    fields = [exp.PropertyEQ(this=exp.to_identifier(name), expression=part.copy()) for name, part in parts.items()]
    function = exp.Lambda(this=body, expressions=[exp.to_identifier(_PARTS, quoted=True)])
    row = exp.Array(expressions=[exp.Struct(expressions=fields)])
    return exp.Bracket(this=exp.Transform(this=row, expression=function), expressions=[exp.Literal.number(0)])


def _enclosed(part: exp.Expr) -> exp.Expr:
    return exp.paren(part) if isinstance(part, (exp.Binary, exp.Unary)) else part.copy()


@cache
def _parsed(text: str) -> exp.Expr:
    return sqlglot.parse_one(text, read="duckdb")
