"""Texts of BigQuery.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/string_functions
"""

from __future__ import annotations

import re

from sqlglot import exp

from simulator.execution.errors import NotTranslatableError
from simulator.execution.translation.templates import typed, written

_KIND = exp.DataType.Type
_SPACES = "".join(map(chr, (*range(9, 14), 32, 133, 160, 5760, *range(8192, 8203), 8232, 8233, 8239, 8287, 12288)))
"""Unicode's White_Space."""
_DIRECTIVE = re.compile(r"%(.?)")
_TAKE_BYTES = (
    *(exp.ByteLength, exp.Case, exp.Cast, exp.Coalesce, exp.Connector, exp.Count, exp.Hex, exp.If, exp.LowerHex),
    *(exp.MD5Digest, exp.SHA2Digest, exp.ToBase64),
)
_OF_DIRECTIVE = {"d": exp.DataType.INTEGER_TYPES, "i": exp.DataType.INTEGER_TYPES, "s": exp.DataType.TEXT_TYPES}


def substring_by_position(node: exp.Expr) -> exp.Expr | None:
    """`SUBSTR(s, p, n)` starts at the first character where p is 0 or before it; it fails where n is negative."""
    if not isinstance(node, exp.Substring):
        return None
    start, length = node.args.get("start") or exp.Literal.number(1), node.args.get("length")
    first = _number(start)
    if first is None or first < 0:
        start = written("CASE WHEN :p = 0 OR :p < -LENGTH(:s) THEN 1 ELSE :p END", p=start, s=node.this)
    elif first == 0:
        start = exp.Literal.number(1)
    if length is not None and (_number(length) is None or (_number(length) or 0) < 0):
        length = written("CASE WHEN :n >= 0 THEN :n END", n=length)
    return exp.Substring(this=node.this.copy(), start=start.copy(), length=length.copy() if length else None)


def no_negative_length(node: exp.Expr) -> exp.Expr | None:
    """`LEFT`, `RIGHT`, `REPEAT`, `LPAD` and `RPAD` fail where the length is negative."""
    if isinstance(node, exp.Pad):
        node.set("expression", _no_less_than_0(node.expression))
        return node
    if isinstance(node, exp.Repeat):
        node.set("times", _no_less_than_0(node.args["times"]))
        return node
    if isinstance(node, (exp.Left, exp.Right)):
        node.set("expression", _no_less_than_0(node.expression))
        return node
    return None


def place_from_the_left(node: exp.Expr) -> exp.Expr | None:
    """`INSTR(s, part, p)`: from the end where p is negative, which is refused, as a p that is not written out is."""
    position = node.args.get("position") if isinstance(node, exp.StrPosition) else None
    if position is not None and (_number(position) or 0) <= 0:
        raise NotTranslatableError("INSTR with a place that is not written out as 1 or more cannot be run here")
    return None


def trimmed_of_all_spaces(node: exp.Expr) -> exp.Expr | None:
    """`TRIM(s)` takes away all white space of Unicode, DuckDB's blanks only."""
    if isinstance(node, exp.Trim) and node.expression is None:
        node.set("expression", exp.Literal.string(_SPACES))
    return None


def pattern_that_is_written(node: exp.Expr) -> exp.Expr | None:
    """In a LIKE pattern a backslash escapes, for which DuckDB wants it written out: any other is refused."""
    if isinstance(node, exp.Like) and not (node.expression.is_string or isinstance(node.expression, exp.Null)):
        raise NotTranslatableError("LIKE with a pattern that is not written out cannot be run here")
    return None


def formatted_text(node: exp.Expr) -> exp.Expr | None:
    """`FORMAT('%d people', n)` with `%d`, `%i`, `%s` and `%%` alone; NULL makes the whole text NULL."""
    if not isinstance(node, exp.Format):
        return None
    if not node.this.is_string:
        raise NotTranslatableError("FORMAT with a format that is not written out cannot be run here")
    pieces, values = _DIRECTIVE.split(node.this.name), list(node.expressions)
    text: exp.Expr = exp.Literal.string(pieces[0])
    for directive, after in zip(pieces[1::2], pieces[2::2], strict=True):
        part = exp.Literal.string("%") if directive == "%" else _value_of(directive, values)
        text = exp.DPipe(this=text, expression=part, safe=True)
        text = exp.DPipe(this=text, expression=exp.Literal.string(after), safe=True)
    if values:
        raise NotTranslatableError("FORMAT has more values than its format takes")
    return typed(exp.paren(text, copy=False), "VARCHAR")


def no_bytes(node: exp.Expr) -> exp.Expr | None:
    """Functions of text take BYTES as well, and count bytes then: refused."""
    if isinstance(node, exp.ByteString) and not re.fullmatch(r"[ !#-&(-\[\]-~]*", node.name):
        raise NotTranslatableError(f"b{node.name!r} cannot be run here; allowed in BYTES: plain characters of ASCII")
    if not isinstance(node, (exp.Func, exp.DPipe, exp.Like, exp.Bracket)) or isinstance(node, _TAKE_BYTES):
        return None
    if any(part.is_type(_KIND.BINARY) for part in node.iter_expressions()):
        raise NotTranslatableError(f"{node.key.upper()} of BYTES cannot be run here")
    return None


def _value_of(directive: str, values: list[exp.Expr]) -> exp.Expr:
    kinds = _OF_DIRECTIVE.get(directive)
    if kinds is None:
        raise NotTranslatableError(f"FORMAT with %{directive} cannot be run here; allowed: %d, %i, %s and %%")
    if not values:
        raise NotTranslatableError("FORMAT has fewer values than its format takes")
    value = values.pop(0)
    if not value.is_type(*kinds):
        raise NotTranslatableError(
            f"FORMAT %{directive} of {value.sql('bigquery')!r}, of another type, cannot be run here"
        )
    return exp.TryCast(this=value.copy(), to=exp.DataType.build("VARCHAR", dialect="duckdb"))


def _number(value: exp.Expr) -> int | None:
    """Return the whole number that is written, None where it is computed."""
    inner = value.unnest()
    if isinstance(inner, exp.Neg):
        number = _number(inner.this)
        return None if number is None else -number
    return int(inner.name) if isinstance(inner, exp.Literal) and inner.name.isdecimal() else None


def _no_less_than_0(length: exp.Expr) -> exp.Expr:
    number = _number(length)
    return length.copy() if number is not None and number >= 0 else written("CASE WHEN :n >= 0 THEN :n END", n=length)
