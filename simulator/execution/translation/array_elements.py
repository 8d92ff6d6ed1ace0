"""Elements of arrays by a computed place: outside of the array they are NULL, whatever the place.

DuckDB counts places from 1, and from the end below 0. Where the place is computed, sqlglot's own shift by one is lost.
"""

from __future__ import annotations

from sqlglot import exp

_MAPS = (exp.DataType.Type.MAP, exp.DataType.Type.OBJECT, exp.DataType.Type.STRUCT, exp.DataType.Type.JSON)


def element_of_array(node: exp.Expr) -> exp.Expr | None:
    """`a[n]` and `a[OFFSET(n)]` count from 0, `a[ORDINAL(n)]` from 1."""
    if not isinstance(node, exp.Bracket) or len(node.expressions) != 1:
        return None
    (index,) = node.expressions
    if isinstance(index, (exp.Literal, exp.Slice)) or index.is_type(*exp.DataType.TEXT_TYPES):
        return None
    if node.this.is_type(*_MAPS):
        return None
    first = node.args.get("offset") or 0
    inside = exp.GTE(this=index.copy(), expression=exp.Literal.number(first))
    place = index.copy() if first else exp.Add(this=exp.paren(index), expression=exp.Literal.number(1))
    return exp.Anonymous(
        this="LIST_EXTRACT", expressions=[node.this.copy(), exp.Case(ifs=[exp.If(this=inside, true=place)])]
    )
