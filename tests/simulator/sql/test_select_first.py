"""FROM before its SELECT, and pipes, are refused (cases in refused.yaml); every other FROM is none of them."""

from __future__ import annotations

import pytest

from simulator.request import AnalysisRequest, Table
from simulator.sql.resolving import resolve_script


def _problems(sql: str, engine: str) -> list[str]:
    table = Table("orders", "222222222222", {"email": "string", "page": "string", "day": "date"})
    script = resolve_script(AnalysisRequest(sql, {"orders": table}, "111111111111", engine=engine))
    assert script.statements
    return [problem.message for problem in script.problems]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT EXTRACT(YEAR FROM day) AS y, TRIM(BOTH 'x' FROM email) AS e FROM orders",
        "SELECT email FROM orders WHERE (email IS DISTINCT FROM page) AND email IS NOT DISTINCT FROM 'a'",
        "WITH a AS (SELECT 1 AS x FROM orders), b AS (SELECT x FROM a) SELECT x FROM b",
        "SELECT email FROM orders UNION DISTINCT (SELECT email FROM orders) INTERSECT SELECT email FROM orders",
        "CACHE TABLE a AS (SELECT email FROM orders); SELECT email FROM a",
        "SELECT email FROM orders WHERE email IN (SELECT email FROM orders)",
    ],
)
def test_from_behind_its_select(sql: str) -> None:
    assert _problems(sql, "SPARK") == []


def test_bigquery_takes_it_in_pipes() -> None:
    assert _problems("FROM orders |> SELECT email", "BIGQUERY") == []
    assert _problems("FROM orders |> SELECT email", "SPARK") == [
        "not valid SQL: FROM stands before its SELECT; begin with SELECT"
    ]
