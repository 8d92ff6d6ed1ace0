"""What is BigQuery's alone, as DuckDB gets it; what Spark shares is tested there."""

from __future__ import annotations

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from simulator.execution.translation.to_duckdb import to_duckdb


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT SAFE.SUBSTR('abc', 2)", "bc"),
        ("SELECT SAFE.LN(-1)", None),
        ("SELECT SAFE.LENGTH(SAFE.UPPER('abc')) + 1", 4),
        ("SELECT CAST(CAST(1.23456789012 AS NUMERIC) AS STRING)", "1.234567890"),
    ],
)
def test_answer(query: str, expected: object) -> None:
    tree = sqlglot.parse_one(query, read="bigquery")
    assert isinstance(tree, exp.Query)
    with duckdb.connect() as connection:
        assert connection.execute(to_duckdb(tree, "bigquery", {})).fetchone() == (expected,)
