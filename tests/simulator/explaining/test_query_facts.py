"""Facts of queries: by lineage, with places, and never silently less than there is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from declarations.clean_room import CleanRoom
from declarations.query_facts import Failure, LiteralComparison, OutputColumn, Position, QueryFacts, UsedColumn
from simulator.explaining.query_facts import query_facts, room_facts
from simulator.room import request
from tests.policies.cases import compliant

ROOM = CleanRoom.model_validate(compliant("room.yaml"))
CUSTOMER = UsedColumn("visits", "customer_id")


def facts(sql: str) -> QueryFacts:
    return query_facts("asked", request(ROOM, sql))


def compared(sql: str) -> list[tuple[str, ...]]:
    return [tuple(used.column for used in one.columns) for one in facts(sql).literal_comparisons]


def failures(expression: str) -> list[tuple[Failure, str]]:
    found = facts(f"SELECT COUNT({expression}) AS n FROM visits").fallible_operations
    return [(one.failure, one.operation) for one in found]


def test_templates_in_sql_are_analysed() -> None:
    assert [(one.name, one.tables, one.followed) for one in room_facts(ROOM)] == [
        ("members_by_tier", ("loyalty", "visits"), True),
        ("visits_by_store", ("visits",), True),
    ]


def test_a_comparison_is_told_whole() -> None:
    found = facts("SELECT COUNT(*) AS n\nFROM visits v\nWHERE v.customer_id = '17'")
    assert found.literal_comparisons == (LiteralComparison((CUSTOMER,), (), Position(3, 7)),)


@pytest.mark.parametrize(
    ("condition", "columns"),
    [
        ("customer_id = 'x'", [("customer_id",)]),
        ("customer_id = :who", [("customer_id",)]),
        ("customer_id LIKE 'x%'", [("customer_id",)]),
        ("customer_id IN ('x', 'y')", [("customer_id",)]),
        ("CASE WHEN customer_id = 'x' THEN TRUE ELSE FALSE END", [("customer_id",)]),
        ("customer_id = basket_id", []),
        ("customer_id IS NOT NULL", []),
        ("customer_id <> ''", []),
        ("customer_id <> '' AND store = 'x'", [("store",)]),
        ("customer_id IN (SELECT k FROM VALUES ('x') AS t(k))", [("customer_id",)]),
    ],
)
def test_conditions_on_single_rows(condition: str, columns: list[tuple[str, ...]]) -> None:
    assert compared(f"SELECT COUNT(*) AS n FROM visits WHERE {condition}") == columns


@pytest.mark.parametrize(
    "tail",
    [
        "FROM visits v JOIN VALUES ('x') AS t(k) ON v.customer_id = t.k",
        "FROM (SELECT customer_id FROM visits INTERSECT SELECT 'x') q",
    ],
)
def test_rows_that_the_query_writes_itself_are_literals(tail: str) -> None:
    assert compared(f"SELECT COUNT(*) AS n {tail}") == [("customer_id",)]


@pytest.mark.parametrize(
    ("condition", "operation"),
    [
        ("basket_id = 5", "="),
        ("-5 < basket_id", "<"),
        ("clicks >= store", ">="),
        ("basket_id BETWEEN 1 AND 3", "BETWEEN"),
        ("basket_id IN (1, 2)", "IN"),
        ("basket_id + 1 IS NOT NULL", "+"),
    ],
)
def test_text_beside_a_number_is_converted_row_by_row(condition: str, operation: str) -> None:
    found = facts(f"SELECT COUNT(*) AS n FROM visits WHERE {condition}").fallible_operations
    assert [(one.failure, one.operation) for one in found] == [(Failure.CONVERSION, operation)]


@pytest.mark.parametrize(
    ("declared", "target", "may_fail"),
    [
        ("integer", "BIGINT", False),
        ("LONG", "DOUBLE", False),
        ("real", "DOUBLE", False),
        ("numeric(10,2)", "DOUBLE", False),
        ("double  precision", "DOUBLE", False),
        ("short", "INT", False),
        ("long", "INT", True),
        ("numeric(10,2)", "INT", True),
    ],
)
def test_a_type_is_known_by_any_of_its_names(declared: str, target: str, may_fail: bool) -> None:  # noqa: FBT001 - data
    asked = request(ROOM, f"SELECT SUM(CAST(clicks AS {target})) AS n FROM visits")
    visits = asked.tables["visits"]
    held = replace(visits, columns={**visits.columns, "clicks": declared})
    found = query_facts("asked", replace(asked, tables={**asked.tables, "visits": held}))
    assert bool(found.fallible_operations) == may_fail


@pytest.mark.parametrize("condition", ["basket_id = '5'", "clicks = 5", "clicks = '5'", "basket_id = store"])
def test_what_is_converted_once_or_not_at_all(condition: str) -> None:
    assert facts(f"SELECT COUNT(*) AS n FROM visits WHERE {condition}").fallible_operations == ()


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("DATE_ADD(CURRENT_DATE(), clicks)", [(Failure.OVERFLOW, "DATE_ADD")]),
        ("ADD_MONTHS(CURRENT_DATE(), clicks)", [(Failure.OVERFLOW, "ADD_MONTHS")]),
        ("SPACE(clicks)", [(Failure.OVERFLOW, "SPACE")]),
        ("DATE_ADD(CURRENT_DATE(), 30)", []),
    ],
)
def test_dates_that_rows_move(expression: str, found: list[tuple[Failure, str]]) -> None:
    assert failures(expression) == found


def test_counts_compared_with_numbers_are_no_comparison_of_rows() -> None:
    assert compared("SELECT store FROM visits GROUP BY store HAVING COUNT(DISTINCT customer_id) > 10") == []


def test_lineage_is_followed_through_names() -> None:
    sql = "WITH c AS (SELECT UPPER(customer_id) AS x FROM visits) SELECT x AS y FROM c WHERE x = 'A'"
    assert compared(sql) == [("customer_id",)]
    assert facts(sql).outputs == (OutputColumn("y", (CUSTOMER,), Position(1, 63)),)


@pytest.mark.parametrize(
    ("operator", "other", "shown"),
    [
        ("UNION ALL", "SELECT 'nobody' FROM visits", 2),
        ("UNION ALL", "SELECT NULL", 2),
        ("UNION ALL", "SELECT CAST(COUNT(*) AS STRING) FROM visits", 2),
        ("UNION ALL", "(SELECT 'a' EXCEPT SELECT 'b')", 2),
        ("EXCEPT", "SELECT 'nobody'", 1),
        ("INTERSECT", "SELECT 'nobody'", 1),
    ],
)
def test_a_constant_among_rows_is_told(operator: str, other: str, shown: int) -> None:
    found = facts(f"SELECT customer_id FROM visits {operator} {other}").outputs
    assert [one.columns for one in found] == [(CUSTOMER,), ()][:shown]
    assert [one.name for one in found] == ["customer_id"] * shown


def test_parameters_are_named() -> None:
    [found] = facts("SELECT COUNT(*) AS n FROM visits WHERE customer_id IN (:a, :b)").literal_comparisons
    assert found.parameters == ("a", "b")


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("CAST(store AS INT)", [(Failure.CONVERSION, "CAST")]),
        ("store::INT", [(Failure.CONVERSION, "CAST")]),
        ("CAST(CASE WHEN store = 'x' THEN 'no' ELSE '1' END AS INT)", [(Failure.CONVERSION, "CAST")]),
        ("CAST((clicks) AS TINYINT)", [(Failure.CONVERSION, "CAST")]),
        ("TO_TIMESTAMP(store, 'yyyy')", [(Failure.CONVERSION, "TO_TIMESTAMP")]),
        ("TRY_CAST(store AS INT)", []),
        ("CAST(clicks AS BIGINT)", []),
        ("CAST((clicks) AS DOUBLE)", []),
        ("CAST(spend AS STRING)", []),
        ("CAST('17' AS INT)", []),
        ("clicks * 2000000", [(Failure.OVERFLOW, "*")]),
        ("clicks + (1000 * (1000 + :n))", [(Failure.OVERFLOW, "+")]),
        ("POWER(clicks, 9)", [(Failure.OVERFLOW, "POWER")]),
        ("REPEAT(store, 9)", [(Failure.OVERFLOW, "REPEAT")]),
        ("clicks * 100", []),
        ("clicks - spend", []),
        ("3000000 * 2", []),
        ("1 / (clicks)", [(Failure.DIVISION, "/")]),
        ("1 % clicks", [(Failure.DIVISION, "%")]),
        ("clicks / 2", []),
        ("1 / (NULLIF(clicks, 0))", []),
    ],
)
def test_what_one_row_can_make_fail(expression: str, found: list[tuple[Failure, str]]) -> None:
    assert failures(expression) == found


def test_sums_hide_the_rows() -> None:
    sql = "SELECT SUM(spend) * 9000000 / SUM(clicks) AS n, CAST(COUNT(*) AS INT) AS m FROM visits"
    assert facts(sql).fallible_operations == ()
    inner = "SELECT n * 9000000 AS m FROM (SELECT SUM(clicks) AS n FROM visits) q"
    assert facts(inner).fallible_operations == ()


def test_facts_stand_in_the_order_of_the_text() -> None:
    found = facts("SELECT COUNT(*) AS n FROM visits WHERE store = 'a' AND clicks = 1 OR basket_id = 'b'")
    assert [one.columns[0].column for one in found.literal_comparisons] == ["store", "clicks", "basket_id"]


@pytest.mark.parametrize("sql", ["SELECT x FROM visits", "SELECT FROM", "DROP TABLE visits", "SELECT 1 FROM elsewhere"])
def test_what_cannot_be_followed_says_so(sql: str) -> None:
    assert not facts(sql).followed
