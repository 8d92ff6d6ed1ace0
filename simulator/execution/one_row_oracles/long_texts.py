"""Functions that make long text of short make no longer one than the service's longest VARCHAR, or NULL.

A length of 2,000,000,000 taken from one row would end a query for want of memory, and so tell of that row.
"""

from __future__ import annotations

from sqlglot import exp

LONGEST = 65_535
"""Most characters of a text that REPEAT, SPACE, LPAD and RPAD make."""
_MOST = 16 * LONGEST
"""Largest product of two lengths, of which REPLACE makes text, or LEVENSHTEIN a table."""
_TEXT = "repeated"


def padded_to_a_bounded_length(node: exp.Expr) -> exp.Expr | None:
    """`RPAD(s, n)` and `LPAD(s, n)` stop at `LONGEST` characters."""
    if not isinstance(node, exp.Pad) or _is_short(node.expression):
        return None
    shorter = _at_most(node.expression, exp.Literal.number(LONGEST))
    node.set("expression", exp.TryCast(this=shorter, to=exp.DataType.build("INT")))
    return node


def repeated_to_a_bounded_length(node: exp.Expr) -> exp.Expr | None:
    """`REPEAT(s, n)` and `SPACE(n)` stop at `LONGEST` characters, after a whole number of times."""
    if isinstance(node, exp.Space):
        return None if _is_short(node.this) else exp.Space(this=_at_most(node.this, exp.Literal.number(LONGEST)))
    if not isinstance(node, exp.Repeat):
        return None
    if isinstance(node.this, exp.Literal) and _is_short(node.args["times"], LONGEST // max(len(node.this.name), 1)):
        return None
    # As a parameter the text is computed once, however deep calls are nested.
    text = exp.to_identifier(_TEXT, quoted=True)
    length = exp.Greatest(this=exp.Length(this=text.copy()), expressions=[exp.Literal.number(1)])
    times = _at_most(node.args["times"], exp.IntDiv(this=exp.Literal.number(LONGEST), expression=length))
    body = exp.Lambda(this=exp.Repeat(this=text.copy(), times=times), expressions=[text])
    values = exp.Array(expressions=[node.this.copy()])
    return exp.Bracket(this=exp.Transform(this=values, expression=body), expressions=[exp.Literal.number(0)])


def product_of_bounded_lengths(node: exp.Expr) -> exp.Expr | None:
    """`REPLACE(s, t, u)`, `REGEXP_REPLACE`, `TRANSLATE` and `LEVENSHTEIN` of long text and long text are NULL."""
    name = _SECOND.get(type(node))
    second = node.args.get(name) if name is not None else None
    is_bounded = isinstance(second, exp.Literal) and len(second.name) * LONGEST <= _MOST
    if second is None or is_bounded or isinstance(node.this, exp.Identifier):
        return None
    # As a parameter the text is computed once, however deep calls are nested.
    text = exp.to_identifier(_TEXT, quoted=True)
    called = node.copy()
    called.set("this", text.copy())
    product = exp.Mul(this=exp.Length(this=text.copy()), expression=exp.Length(this=second.copy()))
    fits = exp.LTE(this=product, expression=exp.Literal.number(_MOST))
    body = exp.Lambda(this=exp.Case(ifs=[exp.If(this=fits, true=called)]), expressions=[text])
    values = exp.Array(expressions=[node.this.copy()])
    return exp.Bracket(this=exp.Transform(this=values, expression=body), expressions=[exp.Literal.number(0)])


_SECOND: dict[type[exp.Expr], str] = {
    exp.Replace: "replacement",
    exp.RegexpReplace: "replacement",
    exp.Translate: "from_",
    exp.Levenshtein: "expression",
}
"""Functions to the argument with whose length their output or time grows, beside that of the first."""


def _is_short(count: exp.Expr, most: int = LONGEST) -> bool:
    return isinstance(count, exp.Literal) and count.is_int and int(count.name) <= most


def _at_most(count: exp.Expr, most: exp.Expr) -> exp.Expr:
    number = exp.TryCast(this=count.copy(), to=exp.DataType.build("BIGINT"))
    return exp.Least(this=number, expressions=[most])
