"""No sum fails, whatever few rows hold and however many rows a join makes of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.execution.engines.engine import Relation
from simulator.request import Table

COLUMNS = {"k": "int", "n": "int", "narrow": "decimal(10,2)", "wide": "decimal(38,0)", "fine": "decimal(38,18)"}
HUGE = {"k": 1, "n": 7, "narrow": "1.00", "wide": "9" * 38, "fine": "9" * 20 + "." + "9" * 18}
SMALL = {"k": 1, "n": 1, "narrow": "2.50", "wide": "12", "fine": "1234567.000000000000000001"}
WIDER = {
    "as stored": "SELECT SUM(wide) AS x FROM t",
    "an average": "SELECT AVG(wide) AS x FROM t",
    "a case": "SELECT SUM(v) AS x FROM (SELECT CASE WHEN n = 1 THEN narrow ELSE wide END AS v FROM t) AS y",
    "a union": "SELECT SUM(v) AS x FROM (SELECT narrow AS v FROM t UNION ALL SELECT wide FROM t) AS y",
    "a common table": "WITH y AS (SELECT COALESCE(narrow, wide) + wide AS v FROM t) SELECT SUM(v) AS x FROM y",
    "in one row": "SELECT SUM(CASE WHEN n = 1 THEN narrow ELSE wide END) AS x FROM t",
    "a window": "SELECT SUM(wide) OVER (PARTITION BY k) AS x FROM t",
    # 648 rows of them overflow; each costs the engine an exception.
    "a join": f"SELECT SUM(CASE WHEN a.n = 7 THEN CAST('{'9' * 36}' AS DECIMAL(38,0)) ELSE 0 END) AS x "
    "FROM t AS a JOIN t AS b ON a.k = b.k JOIN t AS c ON a.k = c.k",
}


@pytest.mark.parametrize("sql", WIDER.values(), ids=WIDER)
def test_huge_values_do_not_fail(sql: str, table: Callable[..., Table], answered: Callable[..., Relation]) -> None:
    assert answered(sql, [(table("t", COLUMNS), [HUGE] * 8 + [SMALL])]).rows


def test_usual_values_count_exactly(table: Callable[..., Table], answered: Callable[..., Relation]) -> None:
    sums = "SUM(wide) AS w, SUM(fine) AS f, SUM(narrow * n) AS p, SUM(CASE WHEN n = 1 THEN narrow END) AS c"
    (row,) = answered(f"SELECT {sums} FROM t", [(table("t", COLUMNS), [SMALL] * 3)]).rows
    assert [str(value) for value in row] == ["36", "3703701.000000000000000003", "7.50", "7.50"]


def test_values_count_up_to_26_digits(table: Callable[..., Table], answered: Callable[..., Relation]) -> None:
    """Not one more: of 27, joins that people do make could overflow."""
    rows = [{**SMALL, "k": digits, "wide": "9" * digits} for digits in (26, 27)]
    found = answered("SELECT k, SUM(wide) AS w FROM t GROUP BY k", [(table("t", COLUMNS), rows)]).rows
    assert {key: value if value is None else str(value) for key, value in found} == {26: "9" * 26, 27: None}
