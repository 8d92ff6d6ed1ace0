"""Texts of BigQuery.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/string_functions
"""

from __future__ import annotations

import re

from sqlglot import exp

from simulator.execution.errors import NotTranslatableError
from simulator.execution.translation.templates import typed, written

_KIND = exp.DataType.Type
_BYTES = (_KIND.BINARY, _KIND.VARBINARY)
_SPACES = "".join(map(chr, (*range(9, 14), 32, 133, 160, 5760, *range(8192, 8203), 8232, 8233, 8239, 8287, 12288)))
"""Unicode's White_Space."""
_DIRECTIVE = re.compile(r"%(.?)")
_TAKE_BYTES = (
    *(exp.ByteLength, exp.Case, exp.Cast, exp.Coalesce, exp.Connector, exp.Count, exp.Hex, exp.If, exp.LowerHex),
    *(exp.MD5Digest, exp.SHA1Digest, exp.SHA2Digest, exp.MD5, exp.ToBase64),
)
_LIKE = r"""
    CASE WHEN NOT CONTAINS(:p, '\') THEN :s LIKE :p WHEN REGEXP_MATCHES(:p, '^([^\\]|\\.)*$', 's')
    THEN REGEXP_MATCHES(:s, '^' || ARRAY_TO_STRING(LIST_TRANSFORM(REGEXP_EXTRACT_ALL(:p, '(?s)\\.|[^\\]'), LAMBDA "c" :
        CASE "c" WHEN '%' THEN '.*' WHEN '_' THEN '.' ELSE '\Q' || RIGHT("c", 1) || '\E' END), '') || '$', 's') END
"""
"""LIKE by a regular expression where a backslash escapes."""
_PLACE_FROM_THE_LEFT = """
    CASE WHEN :part IS NULL THEN NULL WHEN LENGTH(:s) + 1 < :p THEN 0 WHEN STRPOS(SUBSTRING(:s, :p), :part) = 0 THEN 0
    WHEN :part = '' AND LENGTH(:s) < :p THEN CASE WHEN :p = 1 THEN 1 ELSE 0 END
    ELSE STRPOS(SUBSTRING(:s, :p), :part) + :p - 1 END
"""
_PLACE_FROM_THE_RIGHT = """
    CASE WHEN :part IS NULL THEN NULL WHEN :s = '' AND :part = '' AND :p = 1 THEN 1
    WHEN LENGTH(:s) < :p THEN 0 WHEN :part = '' THEN LENGTH(:s) - :p + 2
    WHEN STRPOS(REVERSE(LEFT(:s, LENGTH(:s) - :p + LENGTH(:part))), REVERSE(:part)) = 0 THEN 0
    ELSE LEAST(LENGTH(:s), LENGTH(:s) - :p + LENGTH(:part)) - LENGTH(:part) + 2
        - STRPOS(REVERSE(LEFT(:s, LENGTH(:s) - :p + LENGTH(:part))), REVERSE(:part)) END
"""
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


def place_of_a_part(node: exp.Expr) -> exp.Expr | None:
    """`INSTR(s, part, p, n)`: the n-th place from p on; a p below 0 counts from the end, and looks to the left."""
    if not isinstance(node, exp.StrPosition):
        return None
    position, occurrence = node.args.get("position"), node.args.get("occurrence")
    if position is None and occurrence is None:
        return None
    first = 1 if position is None else _number(position)
    if first is None or first == 0 or (occurrence is not None and _number(occurrence) != 1):
        raise NotTranslatableError(
            "INSTR with a place that is not written out, or another occurrence than the first, cannot be run here"
        )
    formula = _PLACE_FROM_THE_LEFT if first > 0 else _PLACE_FROM_THE_RIGHT
    parts = {"s": node.this, "part": node.args["substr"], "p": exp.Literal.number(abs(first))}
    return typed(written(formula, **parts), "BIGINT")


def length_in_bytes(node: exp.Expr) -> exp.Expr | None:
    """`BYTE_LENGTH(s)`, and `LENGTH` of BYTES."""
    if not isinstance(node, (exp.ByteLength, exp.Length)):
        return None
    if node.this.is_type(*_BYTES):
        return typed(written("OCTET_LENGTH(:x)", x=node.this).unnest(), "BIGINT")
    if isinstance(node, exp.ByteLength):
        return typed(written("OCTET_LENGTH(ENCODE(CAST(:x AS VARCHAR)))", x=node.this).unnest(), "BIGINT")
    return None


def parts_between(node: exp.Expr) -> exp.Expr | None:
    """`SPLIT(s, NULL)` is NULL, `SPLIT('', '')` has no element."""
    if not isinstance(node, exp.Split):
        return None
    text = "CASE WHEN NOT :by IS NULL THEN STR_SPLIT(:s, :by) END"
    return typed(written(text, s=node.this, by=node.expression), "VARCHAR[]")


def no_distance_of_bytes(node: exp.Expr) -> exp.Expr | None:
    """`EDIT_DISTANCE` counts characters, DuckDB's LEVENSHTEIN bytes: refused."""
    if isinstance(node, exp.Levenshtein):
        raise NotTranslatableError("EDIT_DISTANCE cannot be run here: the engine counts bytes, BigQuery characters")
    return None


def upper_case_of_sharp_s(node: exp.Expr) -> exp.Expr | None:
    """`UPPER('ß')` is SS."""
    if not isinstance(node, exp.Upper):
        return None
    return typed(written("UPPER(REPLACE(:s, 'ß', 'SS'))", s=node.this).unnest(), "VARCHAR")


def trimmed_of_all_spaces(node: exp.Expr) -> exp.Expr | None:
    """`TRIM(s)` takes away all white space of Unicode, DuckDB's blanks only."""
    if isinstance(node, exp.Trim) and node.expression is None:
        node.set("expression", exp.Literal.string(_SPACES))
    return None


def pattern_of_like(node: exp.Expr) -> exp.Expr | None:
    """`s LIKE p`: a backslash in p escapes what follows; where nothing follows it fails.

    DuckDB's ESCAPE fails on a pattern that ends so even inside TRY: where the pattern is computed and has a backslash,
    it is made a regular expression.
    """
    if not isinstance(node, exp.Like) or isinstance(node.expression, exp.Null):
        return None
    pattern = _as_written(node.expression)
    if pattern is not None:
        node.set("expression", exp.Literal.string(pattern))
        return node
    if isinstance(node.expression.unnest(), (exp.Any, exp.All, exp.Tuple)) or not node.expression.find(exp.Column):
        raise NotTranslatableError("LIKE with such a pattern cannot be run here; write it out, or take it of a column")
    found = typed(written(_LIKE, s=node.this, p=node.expression), "BOOLEAN")
    return exp.Not(this=found) if node.args.get("negate") else found


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
    if isinstance(node, exp.Length) and node.this.is_type(*_BYTES):
        return None
    if any(part.is_type(*_BYTES) for part in node.iter_expressions()):
        raise NotTranslatableError(f"{node.key.upper()} of BYTES cannot be run here")
    return None


def _as_written(text: exp.Expr) -> str | None:
    """Return text that is written, in one piece or several; None where it is computed."""
    inner = text.unnest()
    if isinstance(inner, (exp.Concat, exp.DPipe)):
        pieces = [_as_written(part) for part in inner.iter_expressions()]
        return None if None in pieces else "".join(piece or "" for piece in pieces)
    return inner.name if inner.is_string else None


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
