"""Declared column types (Glue, Spark, Redshift) as DuckDB writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlglot import exp
from sqlglot.errors import SqlglotError

from simulator.sql.dialects import REDSHIFT, SPARK
from simulator.sql.type_families import is_text_type, plain_name

_OWN_NAMES = {
    "timestamp": "TIMESTAMP",
    "timestamp_ltz": "TIMESTAMP",
    "timestamp_ntz": "TIMESTAMP",
    "timestamptz": "TIMESTAMPTZ",
    "long": "BIGINT",
    "integer": "INTEGER",
    "super": "JSON",
    "array": "JSON",
    "map": "JSON",
    "decimal": "DECIMAL(10, 0)",
    "dec": "DECIMAL(10, 0)",
    "numeric": "DECIMAL(10, 0)",
    "number": "DECIMAL(38, 0)",
    "varbyte": "BLOB",
}
TEXT = "VARCHAR"
"""DuckDB's type of character data."""

_AS_STORED = {"INT": "INTEGER", "TEXT": "VARCHAR", "REAL": "FLOAT"}  # the names under which DuckDB describes columns
_SIZED_OTHER = re.compile(r"(varbyte|timestamp|timestamp_ltz|timestamp_ntz|datetime)\s*\(\s*\d+\s*\)")


@lru_cache(maxsize=1024)
def duckdb_type(declared: str) -> str:
    """Return DuckDB's name of the type *declared*, e.g. 'array<struct<a:int>>' gives 'STRUCT(a INT)[]'.

    Times without a zone stay without one: the session runs in UTC, as the service does.

    Raises:
        ValueError: No dialect knows the type.
    """
    name = _SIZED_OTHER.sub(r"\1", plain_name(declared))
    if name in _OWN_NAMES:
        return _OWN_NAMES[name]
    if is_text_type(name):
        # VARCHAR(n) and CHAR(n): DuckDB ignores the length, and Glue does not enforce it on files either.
        return "VARCHAR"
    for dialect in (SPARK, REDSHIFT):
        try:
            parsed = exp.DataType.build(name, dialect=dialect)
        except SqlglotError:
            continue
        if not parsed.is_type(exp.DataType.Type.USERDEFINED, exp.DataType.Type.UNKNOWN):
            written = parsed.sql("duckdb")
            return _AS_STORED.get(written, written)
    raise ValueError(f"unknown column type {declared!r}")


def is_text(duckdb: str) -> bool:
    """Tell whether the DuckDB type is character data."""
    return duckdb == TEXT


def first_type(declared: str) -> str:
    """Return the DuckDB type in which the values of a column are read, before they are checked and cast.

    It is text, so that each value is read independently: if the engine chose, it would give all values of a column one
    common type, and one row would change the others. Bytes and nested values have no such text.
    """
    try:
        wanted = duckdb_type(declared)
    except ValueError:  # reported if the column is needed
        return TEXT
    return wanted if is_nested(wanted) or wanted == "BLOB" else TEXT


def with_declared_fields(value: Any, duckdb: str) -> Any:  # noqa: ANN401 - a value of a row
    """Return a nested value with the names of its fields as in the DuckDB type, whatever their case; map keys stay."""
    return _with_fields(value, exp.DataType.build(duckdb, dialect="duckdb"))


def _with_fields(value: Any, kind: exp.DataType) -> Any:  # noqa: ANN401 - likewise
    if isinstance(value, Mapping):
        if kind.is_type(exp.DataType.Type.MAP):
            return {str(key): _with_fields(each, kind.expressions[1]) for key, each in value.items()}
        fields = {field.name.lower(): field for field in kind.expressions if isinstance(field, exp.ColumnDef)}
        named = ((fields.get(str(name).lower()), str(name), each) for name, each in value.items())
        return {
            field.name if field else name: _with_fields(each, field.args["kind"]) if field else each
            for field, name, each in named
        }
    if isinstance(value, (list, tuple)) and kind.is_type(exp.DataType.Type.ARRAY):
        return [_with_fields(each, kind.expressions[0]) for each in value]
    return value


def is_nested(duckdb: str) -> bool:
    """Tell whether values of the DuckDB type hold other values."""
    return duckdb == "JSON" or duckdb.endswith("[]") or duckdb.startswith(("STRUCT(", "MAP("))
