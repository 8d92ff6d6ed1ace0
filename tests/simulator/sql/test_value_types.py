"""The BigQuery types of expressions."""

from __future__ import annotations

import pytest

from simulator.request import AnalysisRequest, Table
from simulator.sql.resolving import resolve_script
from simulator.sql.value_types import ValueTypes

TABLE = Table(
    "ds.T",
    "p",
    {
        "name": "STRING",
        "n": "INT64",
        "price": "NUMERIC",
        "ok": "BOOL",
        "day": "DATE",
        "odd": "",
        "rec": "STRUCT",
        "s": "STRUCT<n STRING, inner STRUCT<k INT64>>",
    },
)


def _type(expression: str, rest: str = "FROM ds.T") -> str:
    asked = AnalysisRequest(f"SELECT {expression} AS x {rest}", {"ds.T": TABLE}, "p", engine="BIGQUERY", project="p")
    script = resolve_script(asked)
    assert script.problems == ()
    assert script.final is not None
    return ValueTypes(script).of_item(script.final.selects[0].projections[0])


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("name", "STRING"),
        ("(UPPER(name))", "STRING"),
        ("[name]", "ARRAY<STRING>"),
        ("TO_JSON(name)", "JSON"),
        ("STRUCT(name AS a, n AS b)", "STRUCT<a STRING, b INT64>"),
        ("s.n", "STRING"),
        ("T.s.inner.k", "INT64"),
        ("s.inner", "STRUCT<k INT64>"),
        ("n > 1 AND ok", "BOOL"),
        ("n + 1", "INT64"),
        ("n / 2", "FLOAT64"),
        ("price * n", "NUMERIC"),
        ("COALESCE(name, '')", "STRING"),
        ("IF(ok, n, NULL)", "INT64"),
        ("CAST(name AS INT64)", "INT64"),
        ("day", "DATE"),
        ("(SELECT MAX(n) FROM ds.T)", "INT64"),
        ("(SELECT name FROM ds.T UNION ALL SELECT 'a')", "STRING"),
        ("ARRAY(SELECT name FROM ds.T)", "ARRAY<STRING>"),
        ("ARRAY(SELECT odd FROM ds.T)", "ARRAY"),
        ("ARRAY(SELECT name FROM ds.T)[OFFSET(0)]", "STRING"),
        ("n IN (SELECT n FROM ds.T)", "BOOL"),
        ("ST_GEOGPOINT(1, 2)", "GEOGRAPHY"),
        ("IF(ok, ST_BUFFER(ST_GEOGPOINT(1, 2), 3), NULL)", "GEOGRAPHY"),
        ("ANY_VALUE(ST_GEOGPOINT(1, 2)) OVER ()", "GEOGRAPHY"),
        ("ST_DUMP(ST_GEOGPOINT(1, 2))", "ARRAY<GEOGRAPHY>"),
        ("TO_JSON(name).a.b", "JSON"),
        ("TO_JSON(name)[0]", "JSON"),
        # not sure
        ("NULL", ""),
        ("odd", ""),
        ("odd + 1", ""),
        ("rec.f", ""),
        ("day - day", ""),
        ("SOME_FUNCTION(n)", ""),
        ("(SELECT n FROM ds.T UNION ALL SELECT price FROM ds.T)", ""),
        ("ST_X(ST_GEOGPOINT(1, 2))", ""),
    ],
)
def test_type(expression: str, expected: str) -> None:
    assert _type(expression) == expected


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("FROM (SELECT [name] AS v FROM ds.T)", "ARRAY<STRING>"),
        ("FROM (SELECT name AS v FROM ds.T UNION ALL SELECT UPPER(name) FROM ds.T)", "STRING"),
        ("FROM (SELECT name AS v FROM ds.T UNION ALL SELECT n FROM ds.T)", ""),
        ("FROM UNNEST([1, 2]) AS v", ""),
    ],
)
def test_type_through_queries(rest: str, expected: str) -> None:
    assert _type("v", rest) == expected


def test_a_doubling_chain_is_typed_once_each() -> None:
    query = "SELECT n AS v FROM ds.T"
    for _ in range(20):
        query = f"SELECT v + v AS v FROM ({query})"
    assert _type("v", f"FROM ({query})") == "INT64"
