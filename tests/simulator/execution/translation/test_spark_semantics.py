"""Where Spark and DuckDB differ, the answer is Spark's."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from simulator.execution.engines.engine import Relation
from simulator.request import Table
from tests.yaml_text import from_yaml

FILE = Path(__file__).parents[3] / "cases" / "execution" / "spark_differences.yml"
CASES = from_yaml(FILE.read_text())


@pytest.mark.parametrize("name", CASES["cases"])
def test_expression(name: str, table: Callable[..., Table], answered: Callable[..., Relation]) -> None:
    case = CASES["cases"][name]
    sql = f"SELECT {case['sql']} AS x FROM one"
    answer = answered(sql, [(table("one", CASES["columns"]), [CASES["row"]])])
    assert _plain(answer.rows[0][0]) == case["is"]


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value


def test_nulls_come_first_when_ascending(table: Callable[..., Table], answered: Callable[..., Relation]) -> None:
    rows = [{"x": 2}, {"x": None}, {"x": 1}]
    assert answered("SELECT x FROM t ORDER BY x", [(table("t", {"x": "int"}), rows)]).column("x") == [None, 1, 2]
    assert answered("SELECT x FROM t ORDER BY x DESC", [(table("t", {"x": "int"}), rows)]).column("x") == [2, 1, None]


def test_sum_of_whole_numbers_is_a_bigint(table: Callable[..., Table], answered: Callable[..., Relation]) -> None:
    answer = answered("SELECT SUM(x) AS s, AVG(x) AS a FROM t", [(table("t", {"x": "int"}), [{"x": 1}, {"x": 2}])])
    assert [column.type for column in answer.columns] == ["BIGINT", "DOUBLE"]
    assert answer.rows == ((3, 1.5),)


def test_legacy_engine_cuts_off_averages_of_whole_numbers(
    table: Callable[..., Table], answered: Callable[..., Relation]
) -> None:
    rows = [{"x": 1}, {"x": 2}, {"x": 2}]
    answer = answered("SELECT AVG(x) AS a FROM t", [(table("t", {"x": "int"}), rows)], engine="CLEAN_ROOMS_SQL")
    assert answer.rows == ((1,),)


def test_percentile_interpolates(table: Callable[..., Table], answered: Callable[..., Relation]) -> None:
    rows = [{"x": value} for value in (0, 1, 2, 3)]
    assert answered("SELECT PERCENTILE(x, 0.5) AS p FROM t", [(table("t", {"x": "int"}), rows)]).rows == ((1.5,),)


def test_names_are_case_insensitive_and_alias_in_group_by(
    table: Callable[..., Table], answered: Callable[..., Relation]
) -> None:
    rows = [{"Region": "a"}, {"Region": "a"}, {"Region": "b"}]
    answer = answered(
        "SELECT UPPER(REGION) AS r, COUNT(*) AS n FROM T GROUP BY r ORDER BY N DESC",
        [(table("t", {"region": "string"}), rows)],
    )
    assert answer.rows == (("A", 2), ("B", 1))
