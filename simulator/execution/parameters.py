"""Values of template parameters as typed SQL literals: never as text that could be read as SQL."""

from __future__ import annotations

import re

from sqlglot import exp

from simulator.execution.column_types import duckdb_type
from simulator.execution.errors import NotTranslatableError
from simulator.request import TemplateParameter

_NUMBERS = {
    "TINYINT", "SMALLINT", "INT", "INTEGER", "BIGINT", "LONG", "SHORT", "BYTE",
    "FLOAT", "REAL", "DOUBLE", "DOUBLE_PRECISION", "DECIMAL", "NUMERIC",
}  # fmt: skip
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_TEXT = {"VARCHAR", "CHAR", "CHARACTER", "STRING"}


def literal_of(name: str, parameter: TemplateParameter) -> exp.Expr:
    """Return the parameter's value as a literal of its type.

    Args:
        name: Name of the parameter, for messages.
        parameter: Its API type and its value as text; the value is not None.

    Raises:
        NotTranslatableError: The value does not fit the type.
    """
    kind, value = parameter.type.upper(), parameter.value or ""
    if kind in _TEXT:
        return exp.Literal.string(value)
    if kind in _NUMBERS:
        return _number(name, kind, value)
    if kind == "BOOLEAN":
        if value.lower() not in {"true", "false"}:
            raise NotTranslatableError(f"parameter ':{name}' is BOOLEAN, found {value!r}; allowed: true, false")
        return exp.Boolean(this=value.lower() == "true")
    try:
        target = duckdb_type(kind.lower().replace("_", " "))
    except ValueError as error:
        raise NotTranslatableError(f"parameter ':{name}': {error}") from error
    return exp.TryCast(this=exp.Literal.string(value), to=exp.DataType.build(target, dialect="duckdb"))


def _number(name: str, kind: str, value: str) -> exp.Expr:
    text = value.strip()
    if not _NUMBER.fullmatch(text):
        raise NotTranslatableError(f"parameter ':{name}' is {kind}, found {value!r}; allowed: a number")
    number = exp.Literal.number(text.lstrip("+-"))
    return exp.Paren(this=exp.Neg(this=number)) if text.startswith("-") else number
