"""Whatever stands in the place of a condition is cast to BOOLEAN in a way that cannot fail."""

from __future__ import annotations

import pytest
import sqlglot

from simulator.execution.one_row_oracles.conditions import make_conditions_boolean


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1 FROM t WHERE s", "SELECT 1 FROM t WHERE TRY_CAST(s AS BOOLEAN)"),
        ("SELECT 1 FROM t WHERE n = 1 AND s", "SELECT 1 FROM t WHERE n = 1 AND TRY_CAST(s AS BOOLEAN)"),
        ("SELECT 1 FROM t WHERE NOT (s)", "SELECT 1 FROM t WHERE NOT TRY_CAST((s) AS BOOLEAN)"),
        ("SELECT 1 FROM t WHERE s IS TRUE", "SELECT 1 FROM t WHERE TRY_CAST(s AS BOOLEAN) IS TRUE"),
        ("SELECT 1 FROM t WHERE s IS NULL", "SELECT 1 FROM t WHERE s IS NULL"),
        ("SELECT 1 FROM t JOIN u ON s", "SELECT 1 FROM t JOIN u ON TRY_CAST(s AS BOOLEAN)"),
        ("SELECT 1 FROM t HAVING MAX(s)", "SELECT 1 FROM t HAVING TRY_CAST(MAX(s) AS BOOLEAN)"),
        (
            "SELECT SUM(n) FILTER(WHERE s) FROM t",
            "SELECT SUM(n) FILTER(WHERE TRY_CAST(s AS BOOLEAN)) FROM t",
        ),
        ("SELECT COUNT_IF(s) FROM t", "SELECT COUNT_IF(TRY_CAST(s AS BOOLEAN)) FROM t"),
        (
            "SELECT CASE WHEN s THEN 1 END, CASE s WHEN 'a' THEN 1 END FROM t",
            "SELECT CASE WHEN TRY_CAST(s AS BOOLEAN) THEN 1 END, CASE s WHEN 'a' THEN 1 END FROM t",
        ),
    ],
)
def test_conditions_are_boolean(sql: str, expected: str) -> None:
    assert make_conditions_boolean(sqlglot.parse_one(sql, read="duckdb")).sql("duckdb") == expected
