"""Declared column types (Glue, Spark, Redshift) as DuckDB writes them."""

from __future__ import annotations

import re
from functools import lru_cache

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
    """Return the DuckDB type as which a value of a column is read, before it is checked and cast to the declared type.

    It is text, because text is what one value is by itself; where the engine may choose, it gives all values of a
    column the type that holds every one, and one row changes the others. Bytes and nested values have no such text.
    """
    try:
        wanted = duckdb_type(declared)
    except ValueError:  # it is reported when the column is needed
        return TEXT
    nested = wanted == "JSON" or wanted.endswith("[]") or wanted.startswith(("STRUCT(", "MAP("))
    return wanted if nested or wanted == "BLOB" else TEXT
