"""Every type that a room can declare is a type of the engine, and holds a value."""

from __future__ import annotations

import duckdb
import pytest

from declarations.column_types import LAKE_TYPES, LEGACY_TYPES, SNOWFLAKE_TYPES
from simulator.execution.loading.column_types import duckdb_type, is_text

NESTED = {"array": "array<int>", "map": "map<string,int>", "struct": "struct<a:int>"}
DECLARED = sorted({*LAKE_TYPES, *LEGACY_TYPES, *SNOWFLAKE_TYPES, *NESTED.values()} - {"struct"})
SIZED = ("NUMBER(10,2)", "varbyte(16)", "TIMESTAMP_NTZ(9)", "map(text, number)")


@pytest.mark.parametrize("declared", [*DECLARED, *SIZED])
def test_every_type_is_the_engines(declared: str) -> None:
    assert duckdb.connect().execute(f"SELECT CAST(NULL AS {duckdb_type(declared)})").fetchall() == [(None,)]


@pytest.mark.parametrize("declared", ["string", "text", "CHAR(10)", "varchar(20)", "character", "TEXT(9)", "string(9)"])
def test_text_is_text(declared: str) -> None:
    assert is_text(duckdb_type(declared))


@pytest.mark.parametrize(("declared", "engine"), [("decimal", "DECIMAL(10, 0)"), ("number", "DECIMAL(38, 0)")])
def test_decimals_without_size_are_whole(declared: str, engine: str) -> None:
    """Spark's and Snowflake's default has no fraction, DuckDB's own has three digits of it."""
    assert duckdb_type(declared) == engine


def test_unknown_type() -> None:
    with pytest.raises(ValueError, match="unknown column type 'decmal'"):
        duckdb_type("decmal")
