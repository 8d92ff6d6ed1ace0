"""JSON in texts of BigQuery: what is at a path of one, and a value as one.

Text that is no JSON is NULL, also where BigQuery does not read on after it has found the path.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/json_functions
"""

from __future__ import annotations

import re

from sqlglot import exp

from simulator.execution.errors import NotTranslatableError
from simulator.execution.translation.templates import typed, written

_KIND = exp.DataType.Type
_STRING, _NUMBER = r'"(?:[^"\\]|\\.)*"', r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_MARKED = f"REPLACE(REGEXP_REPLACE(:json, '({_STRING})|({_NUMBER})', '\\1\x01\\2\x02', 'g'), '\x01\x02', '')"
_QUOTED = f"REPLACE(REPLACE({_MARKED}, '\x01', '\"{{}}'), '\x02', '\"')"
"""The JSON with its numbers as strings, since the engine writes numbers in its own way."""
_PLAIN = "NOT REGEXP_MATCHES(:json, '[\x01\x02]|[\\\\]u0001')"
_UNMARKED = f"REGEXP_REPLACE(:found, '\"[\\\\]u0001({_NUMBER})\"', '\\1', 'g')"
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_EXACT = 2**53
"""The greatest whole number up to which each is a number of JSON."""
_ESCAPED = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"} | {
    character: f"\\u{ord(character):04x}"
    for character in (*map(chr, range(1, 32)), "\u2028", "\u2029")
    if character not in "\b\f\n\r\t"
}
_WHOLE_TEXT = f"CASE WHEN :x BETWEEN -{_EXACT} AND {_EXACT} THEN CAST(:x AS VARCHAR) ELSE '\"' || :x || '\"' END"


def value_in_json(node: exp.Expr) -> exp.Expr | None:
    """`JSON_VALUE(s, '$.a')`: a string, number or BOOL as text; `JSON_QUERY(s, '$.a')`: any value as JSON."""
    if not isinstance(node, (exp.JSONExtract, exp.JSONExtractScalar)):
        return None
    if not node.this.is_type(*exp.DataType.TEXT_TYPES) or node.expressions:
        raise NotTranslatableError("a function of JSON cannot be run here unless it is of what is known to be a STRING")
    path = exp.Literal.string(_path(node.expression))
    marker = "" if isinstance(node, exp.JSONExtractScalar) else "\\u0001"
    marked = typed(written(f"CASE WHEN {_PLAIN} THEN {_QUOTED.format(marker)} END", json=node.this), "VARCHAR")
    found = written("CAST(:json -> :path AS VARCHAR)", json=marked, path=path)
    if isinstance(node, exp.JSONExtract):
        return typed(written(f"NULLIF({_UNMARKED}, 'null')", found=found), "VARCHAR")
    text = "CASE WHEN LEFT(CAST(:json -> :path AS VARCHAR), 1) NOT IN ('{', '[') THEN :json ->> :path END"
    return typed(written(text, json=marked, path=path), "VARCHAR")


def value_as_json(node: exp.Expr) -> exp.Expr | None:
    """`TO_JSON_STRING(x)` of a STRING, number, BOOL, date or time; NULL is the text null."""
    if not isinstance(node, exp.JSONFormat):
        return None
    value = node.this
    text = _text_of(value)
    if text is None or node.args.get("options") or node.expressions:
        raise NotTranslatableError(f"TO_JSON_STRING of {value.sql('bigquery')!r} cannot be run here: of such a type")
    return typed(written(f"COALESCE({text}, 'null')", x=value), "VARCHAR")


def _text_of(value: exp.Expr) -> str | None:
    if value.is_type(*exp.DataType.TEXT_TYPES):
        return f"'\"' || {_escaped(':x')} || '\"'"
    if value.is_type(*exp.DataType.INTEGER_TYPES):
        return _WHOLE_TEXT
    if value.is_type(_KIND.BOOLEAN):
        return "CAST(:x AS VARCHAR)"
    if value.is_type(_KIND.DATE):
        return "'\"' || CAST(:x AS VARCHAR) || '\"'"
    return None


def _escaped(text: str) -> str:
    for character, written_so in _ESCAPED.items():
        text = f"REPLACE({text}, {exp.Literal.string(character).sql('duckdb')}, '{written_so}')"
    return text


def _path(path: exp.Expr) -> str:
    """Return a path of the engine, of plain keys and places alone."""
    parts = path.expressions if isinstance(path, exp.JSONPath) else []
    steps = [_step(part) for part in parts[1:]]
    if not parts or not isinstance(parts[0], exp.JSONPathRoot) or None in steps:
        raise NotTranslatableError(
            "a JSON path cannot be run here unless it is written out of names and places, as in '$.name' or '$.list[0]'"
        )
    return "$" + "".join(step or "" for step in steps)


def _step(part: exp.Expr) -> str | None:
    value = part.this
    if isinstance(part, exp.JSONPathKey) and isinstance(value, str) and _KEY.fullmatch(value):
        return f".{value}"
    if isinstance(part, exp.JSONPathSubscript) and isinstance(value, int) and value >= 0:
        return f"[{value}]"
    return None
