"""A key shows no more than that it is equal: neither the sign of a zero nor the bits of a NaN."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
import sqlglot
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from declarations.analysis_rules import AnalysisRuleCustom
from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine import Relation
from simulator.execution.engines.engine_plan import bound_plan
from simulator.execution.errors import NotEnforceableError, NotTranslatableError
from simulator.execution.one_row_oracles.equal_values import hide_signs, refuse_unlike_looks, without_signs
from simulator.request import Table

COLUMNS = {"id": "string", "n": "int", "f": "double"}
MANY = [{"id": f"u{number}", "n": 1, "f": 0.0} for number in range(20)]
ONE = {"id": "target", "n": 7, "f": 0.0}
SIGNED = "WITH x AS (SELECT id, CASE WHEN n = 7 THEN -0.0E0 ELSE f END AS k FROM orders) "
QUERIES = {
    "by_name": SIGNED + "SELECT k, COUNT(*) AS c FROM x GROUP BY k",
    "by_position": SIGNED + "SELECT k, COUNT(*) AS c FROM x GROUP BY 1 ORDER BY 1",
    "by_name_in_brackets": SIGNED + "SELECT CAST(k AS STRING) AS t, COUNT(*) AS c FROM x GROUP BY ((k))",
    "by_position_in_brackets": SIGNED + "SELECT k, COUNT(*) AS c FROM x GROUP BY (1)",
    "by_alias": SIGNED + "SELECT k * 1 AS t, COUNT(*) AS c FROM x GROUP BY (t)",
    "with_brackets_inside": SIGNED + "SELECT CAST((k) * (1) AS STRING) AS t, COUNT(*) AS c FROM x GROUP BY (k) * 1",
    "as_text": SIGNED + "SELECT CAST(k AS STRING) AS t, COUNT(*) AS c FROM x GROUP BY k",
    "beside_itself": SIGNED + "SELECT k, k + 1 AS more, COUNT(*) AS c FROM x GROUP BY k",
    "of_a_nested_query": SIGNED
    + ", y AS (SELECT k, id FROM x GROUP BY k, id) SELECT k * 1 AS t, COUNT(*) AS c FROM y GROUP BY k",
    "in_the_order": SIGNED + "SELECT k, COUNT(*) AS c FROM x GROUP BY k HAVING k < 3 ORDER BY CAST(k AS STRING)",
    "computed": "SELECT f * (1 - n) AS k, COUNT(*) AS c FROM orders GROUP BY f * (1 - n)",
}


@pytest.fixture
def orders(custom: Callable[..., AnalysisRuleCustom], table: Callable[..., Table]) -> Table:
    threshold = {
        "identity_columns": ["id"],
        "minimum_identity_count": 10,
        "type": "COUNT_DISTINCT",
        "allowed_aggregate_expression_type": "ANY_EXPRESSION",
    }
    return table("orders", COLUMNS, custom(aggregation_thresholds=[threshold]))


@pytest.mark.parametrize("name", QUERIES)
def test_a_shown_group_tells_no_sign_of_one_row(name: str, orders: Table, answered: Callable[..., Relation]) -> None:
    for rows in ([ONE, *MANY], [*MANY, ONE]):
        ((key, *_, count),) = answered(QUERIES[name], [(orders, rows)]).rows
        assert math.copysign(1, float(key)) == 1
        assert count == len(rows)


@pytest.mark.parametrize("key", ["k", "x.k", "v.k"])
def test_a_key_that_other_columns_may_show_shows_no_sign(
    key: str, orders: Table, answered: Callable[..., Relation]
) -> None:
    """A column merged by USING is that of the left side; the engine shows one where the other is the key."""
    joined = "FROM x JOIN (VALUES (CAST(0 AS DOUBLE))) AS v(k) USING (k) GROUP BY "
    for shown in ("k", "CAST(k AS STRING)"):
        try:
            relation = answered(f"{SIGNED} SELECT {shown} AS s, COUNT(*) AS c {joined} {key}", [(orders, [ONE, *MANY])])
        except (NotEnforceableError, NotTranslatableError):
            continue
        assert "-0.0" not in repr(relation.rows)


@pytest.mark.parametrize("key", ["s", "s.f", "a"])
def test_keys_within_other_values_show_no_sign(
    key: str, custom: Callable[..., AnalysisRuleCustom], table: Callable[..., Table], answered: Callable[..., Relation]
) -> None:
    threshold = {
        "identity_columns": ["id"],
        "minimum_identity_count": 2,
        "type": "COUNT_DISTINCT",
        "allowed_aggregate_expression_type": "ANY_EXPRESSION",
    }
    columns = {"id": "string", "s": "struct<f:double,k:string>", "a": "array<double>"}
    orders = table("orders", columns, custom(aggregation_thresholds=[threshold]))
    rows = [{"id": f"u{n}", "s": {"f": zero, "k": "a"}, "a": [zero]} for n, zero in enumerate((-0.0, 0.0, 0.0))]
    relation = answered(f"SELECT {key} AS k, COUNT(*) AS c FROM orders GROUP BY {key}", [(orders, rows)])
    assert "-0.0" not in repr(relation.rows)
    with pytest.raises(NotEnforceableError, match="would show the sign of a zero"):
        answered("SELECT CAST(a AS STRING) AS k, COUNT(*) AS c FROM orders GROUP BY a", [(orders, [])])


TWO_LOOKS = """
    SELECT CASE WHEN k % 2 = 0 THEN z ELSE -z END AS x, CASE WHEN k % 2 = 0 THEN nan ELSE -nan END AS y,
        CASE WHEN k % 2 = 0 THEN INTERVAL 30 DAY ELSE INTERVAL 1 MONTH END AS i, k, z, nan FROM t"""
FEEL = (
    "CAST({} AS VARCHAR)",
    "CONCAT({}, '')",
    "FORMAT('{{}}', {})",
    "1 / {}",
    "ATAN2({}, -1)",
    "POWER({}, -1)",
    "COT({})",
)


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as engine:
        engine.create("main.t", "SELECT 0::DOUBLE AS z, 'nan'::DOUBLE AS nan, n AS k FROM range(4) AS r(n)")
        yield engine


@pytest.mark.parametrize("call", FEEL)
@pytest.mark.parametrize("column", ["x", "y"])
def test_equal_numbers_cannot_be_told_apart(call: str, column: str, engine: DuckDBEngine) -> None:
    sql = f"SELECT {call.format(column)} AS v FROM ({TWO_LOOKS}) AS q"
    with pytest.raises(NotEnforceableError, match="the sign of a zero"):
        refuse_unlike_looks(bound_plan(engine, sql))
    types: dict[str, object] = {"t": {"z": "DOUBLE", "nan": "DOUBLE", "k": "BIGINT"}}
    typed = annotate_types(qualify(sqlglot.parse_one(sql, read="duckdb"), schema=types), schema=types)
    hidden = hide_signs(typed).sql("duckdb")
    refuse_unlike_looks(bound_plan(engine, hidden))
    assert len({repr(row) for row in engine.query(hidden).rows}) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT x + 1, ABS(x), x / 3, x = y, COALESCE(x, 1), CAST(x AS INT), SUM(x) OVER (ORDER BY k) FROM q",
        "SELECT k / 3, POWER(k, -1), CAST(k AS VARCHAR), CAST(0.5 AS VARCHAR), 1 / (x + 0) FROM q",
    ],
)
def test_what_feels_no_sign_may_be_asked(sql: str, engine: DuckDBEngine) -> None:
    refuse_unlike_looks(bound_plan(engine, f"WITH q AS (SELECT x, y, k FROM ({TWO_LOOKS}) AS w) {sql}"))


@pytest.mark.parametrize(
    "value",
    ["x + 1", "x + k", "-(x + 0)", "CAST('-0.0' AS DOUBLE) * x"],
)
def test_what_is_no_guard_is_not_taken_for_one(value: str, engine: DuckDBEngine) -> None:
    guard = f"TRY_CAST(REPLACE(CAST({value} AS VARCHAR), '-nan', 'nan') AS DOUBLE)"
    with pytest.raises(NotEnforceableError, match="the sign of a zero"):
        refuse_unlike_looks(bound_plan(engine, f"SELECT CAST({guard} AS VARCHAR) FROM ({TWO_LOOKS}) AS q"))


@pytest.mark.parametrize(("given", "put"), [("-nan", "inf"), ("nan", "-nan"), ("-", "")])
def test_other_replacements_are_no_guard(given: str, put: str, engine: DuckDBEngine) -> None:
    sql = f"SELECT REPLACE(CAST(x + 0 AS VARCHAR), '{given}', '{put}') FROM ({TWO_LOOKS}) AS q"
    with pytest.raises(NotEnforceableError, match="the sign of a zero"):
        refuse_unlike_looks(bound_plan(engine, sql))


def test_guards_in_guards_grow_no_faster_than_the_text() -> None:
    value, lengths = "t.z", []
    for _ in range(12):
        value = f"CAST(CAST({value} AS TEXT) AS DOUBLE)"
        typed = annotate_types(
            sqlglot.parse_one(f"SELECT {value} FROM t", read="duckdb"), schema={"t": {"z": "DOUBLE"}}
        )
        lengths.append(len(hide_signs(typed).sql("duckdb")))
    assert len({after - before for before, after in pairwise(lengths)}) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT DISTINCT i FROM q",
        "SELECT k, MIN(i) FROM q GROUP BY k",
        "SELECT [i] AS l, COUNT(*) FROM q GROUP BY [i]",
        "SELECT {'a': i} AS l, COUNT(*) FROM q GROUP BY 1",
        "SELECT i FROM q UNION SELECT i FROM q",
        "SELECT FIRST_VALUE(i) OVER (ORDER BY k) FROM q",
        "SELECT DISTINCT TIMETZ '12:00:00+01' AS c FROM q GROUP BY c",
        "SELECT MIN(s COLLATE NOCASE) FROM (SELECT CAST(k AS VARCHAR) AS s FROM q) AS r",
    ],
)
def test_a_type_whose_equal_values_look_different_is_not_handed_on(sql: str, engine: DuckDBEngine) -> None:
    with pytest.raises(NotEnforceableError, match="whose equal values can look different"):
        refuse_unlike_looks(bound_plan(engine, f"WITH q AS ({TWO_LOOKS}) {sql}"))


def test_an_interval_inside_an_expression_stays(engine: DuckDBEngine) -> None:
    refuse_unlike_looks(bound_plan(engine, "SELECT MAX(DATE '2024-01-01' + INTERVAL 1 DAY) FROM t"))


def test_no_zero_of_an_answer_has_a_sign(orders: Table, answered: Callable[..., Relation]) -> None:
    rows = [{**ONE, "f": -0.0}, *({**row, "f": 1.0} for row in MANY)]
    ((least, _),) = answered("SELECT MIN(f) AS f, COUNT(*) AS c FROM orders GROUP BY TRUE", [(orders, rows)]).rows
    assert math.copysign(1, least) == 1
    nested = without_signs({"k": [-0.0, (1, -0.0)], "t": "-0.0"})
    assert repr(nested) == "{'k': [0.0, (1, 0.0)], 't': '-0.0'}"


def test_keys_keep_their_values_names_and_types(orders: Table, answered: Callable[..., Relation]) -> None:
    rows: list[dict[str, Any]] = [
        {"id": f"u{number}", "n": 1, "f": value} for value in (-1.5, 2.0, None) for number in range(20)
    ]
    relation = answered("SELECT f, COUNT(*) AS c FROM orders GROUP BY f ORDER BY f", [(orders, rows)])
    assert [(column.name, column.type) for column in relation.columns] == [("f", "DOUBLE"), ("c", "BIGINT")]
    assert relation.rows == ((None, 20), (-1.5, 20), (2.0, 20))
