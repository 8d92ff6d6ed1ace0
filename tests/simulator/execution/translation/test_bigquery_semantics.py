"""What is BigQuery's alone, as DuckDB gets it; what Spark shares is tested there."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from simulator.execution.errors import NotTranslatableError
from simulator.execution.translation.to_duckdb import to_duckdb
from tests.yaml_text import from_yaml

FILE = Path(__file__).parents[3] / "cases" / "execution" / "bigquery_differences.yml"
CASES = from_yaml(FILE.read_text())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT SAFE.SUBSTR('abc', 2)", "bc"),
        ("SELECT SAFE.LN(-1)", None),
        ("SELECT SAFE.LENGTH(SAFE.UPPER('abc')) + 1", 4),
        ("SELECT 1 / 0", None),
        ("SELECT 7 / 2", 3.5),
        ("SELECT 1 / (2.5 - 2.5)", None),
        ("SELECT COUNT(*) FROM UNNEST([490, 500]) AS x WHERE 1 / (x - 500) > -9", 1),
        ("SELECT SQRT(-1)", None),
        ("SELECT SQRT(4) + POW(2, 3) + EXP(0)", 11.0),
        ("SELECT POW(-8, 0.5)", None),
        ("SELECT POW(0, -1)", None),
        ("SELECT EXP(1000)", None),
        ("SELECT ACOS(2)", None),
        ("SELECT SUM(IF(x > 1, 9223372036854775807, 1)) FROM UNNEST([1, 2]) AS x", None),
        ("SELECT SUM(x) FROM (SELECT 9223372036854775807 AS x UNION ALL SELECT -1) AS t", 9223372036854775806),
        ("SELECT SUM(9223372036854775807) FROM UNNEST([1, 2]) AS x", None),
        ("SELECT SUM(DISTINCT x) FROM UNNEST([9223372036854775807, 9223372036854775807]) AS x", 9223372036854775807),
        ("SELECT MAX(s) FROM (SELECT SUM(9223372036854775807) OVER () AS s FROM UNNEST([1, 2]) AS x)", None),
        ("SELECT SUM(IF(x > 1, 1, 2.5)) FROM UNNEST([1, 2]) AS x", Decimal("3.5")),
        ("SELECT CAST(CAST(1.23456789012 AS NUMERIC) AS STRING)", "1.23456789"),
    ],
)
def test_answer(query: str, expected: object) -> None:
    assert _answer(query) == expected


def _of(part: str) -> list[tuple[str, dict[str, object]]]:
    return [(case["sql"], case) for cases in CASES[part].values() for case in cases]


@pytest.mark.parametrize(("sql", "case"), _of("answers"), ids=str)
def test_documented_answer(sql: str, case: dict[str, object]) -> None:
    answer = _answer(f"SELECT {sql}")
    assert (answer, type(answer)) == (case["is"], type(case["is"]))


@pytest.mark.parametrize(("sql", "case"), _of("refusals"), ids=str)
def test_refusal(sql: str, case: dict[str, object]) -> None:
    with pytest.raises(NotTranslatableError, match=re.escape(str(case["refusal"]))):
        _answer(f"SELECT {sql}")


def _answer(query: str) -> object:
    tree = sqlglot.parse_one(query, read="bigquery")
    assert isinstance(tree, exp.Query)
    with duckdb.connect() as connection:
        ((value,),) = connection.execute(to_duckdb(tree, "bigquery", {})).fetchall()
    return value
