"""Minimum aggregation thresholds, against a brute force over small random tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from declarations.analysis_rules import AnalysisRuleCustom
from simulator.execution.engines.engine import Relation
from simulator.execution.errors import NotEnforceableError
from simulator.execution.identity_thresholds import enforce_identity_thresholds
from simulator.execution.working_copy import WorkingCopy
from simulator.request import Table

Row = dict[str, Any]
few = settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
COLUMNS = {"id": "string", "region": "string", "n": "int"}
orders = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(["u1", "u2", "u3", "u4", None]),
            "region": st.sampled_from(["n", "s", None]),
            "n": st.one_of(st.none(), st.integers(0, 3)),
        }
    ),
    max_size=14,
)
users = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from(["u1", "u2", "u5"]), "city": st.sampled_from(["x", "y"])}), max_size=6
)


@pytest.fixture
def thresholded(custom: Callable[..., AnalysisRuleCustom], table: Callable[..., Table]) -> Callable[..., Table]:
    def make(minimum: int, overrides: dict[str, int] | None = None, name: str = "orders") -> Table:
        threshold = {
            "identity_columns": ["id"],
            "minimum_identity_count": minimum,
            "type": "COUNT_DISTINCT",
            "allowed_aggregate_expression_type": "ANY_EXPRESSION",
            "output_column_thresholds": [
                {"output_column_name": column, "minimum_identity_count": count}
                for column, count in (overrides or {}).items()
            ],
        }
        return table(name, COLUMNS, custom(aggregation_thresholds=[threshold]))

    return make


def total(rows: Iterable[Row]) -> int | None:
    values = [row["n"] for row in rows if row["n"] is not None]
    return sum(values) if values else None


def identities(rows: Iterable[Row]) -> set[str]:
    return {row["id"] for row in rows} - {None}


def grouped(rows: Iterable[Row], *columns: str) -> dict[tuple[Any, ...], list[Row]]:
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[column] for column in columns)].append(row)
    return groups


def by_region(rows: list[Row], minimum: int) -> list[tuple[Any, ...]]:
    return [(*key, total(group)) for key, group in grouped(rows, "region").items() if len(identities(group)) >= minimum]


def of_row_level_cte(rows: list[Row], minimum: int) -> list[tuple[Any, ...]]:
    return by_region([row for row in rows if (row["n"] or 0) > 1], minimum)


def of_user_sums(rows: list[Row], minimum: int) -> list[tuple[Any, ...]]:
    sums = [
        {"id": identity, "region": region, "n": total(group)}
        for (identity, region), group in grouped(rows, "id", "region").items()
    ]
    return [
        (region, max((row["n"] for row in group if row["n"] is not None), default=None), len(group))
        for (region,), group in grouped(sums, "region").items()
        if len(identities(group)) >= minimum
    ]


def of_twice_folded(rows: list[Row], minimum: int) -> list[tuple[Any, ...]]:
    folded = [(total(group), identities(group)) for group in grouped(rows, "region", "n").values()]
    groups: dict[int | None, list[set[str]]] = defaultdict(list)
    for value, behind in folded:
        groups[value].append(behind)
    return [(value, len(parts)) for value, parts in groups.items() if len(set().union(*parts)) >= minimum]


def of_distinct(rows: list[Row], minimum: int) -> list[tuple[Any, ...]]:
    return [key for key, group in grouped(rows, "region", "n").items() if len(identities(group)) >= minimum]


def of_union(rows: list[Row], minimum: int) -> list[tuple[Any, ...]]:
    doubled = [row for row in rows if row["n"] == 1] + [row for row in rows if row["region"] == "n"]
    return by_region(doubled, minimum)


BRUTE_FORCE: dict[str, Callable[[list[Row], int], list[tuple[Any, ...]]]] = {
    "SELECT region, SUM(n) AS s FROM orders GROUP BY region": by_region,
    "WITH c AS (SELECT region, n FROM orders WHERE n > 1) "
    "SELECT region, SUM(n) AS s FROM c GROUP BY region": of_row_level_cte,
    "WITH c AS (SELECT id, region, SUM(n) AS s FROM orders GROUP BY id, region) "
    "SELECT region, MAX(s) AS m, COUNT(*) AS c FROM c GROUP BY region": of_user_sums,
    "SELECT s, COUNT(*) AS c FROM "
    "(SELECT region, n, SUM(n) AS s FROM orders GROUP BY region, n) q GROUP BY s": of_twice_folded,
    "SELECT region, s FROM (SELECT region, SUM(n) AS s FROM orders GROUP BY region) q": by_region,
    "SELECT DISTINCT region, n FROM orders": of_distinct,
    "SELECT region, n FROM (SELECT DISTINCT region, n FROM orders) q": of_distinct,
    "SELECT region, SUM(n) AS s FROM (SELECT region, n FROM orders WHERE n = 1 UNION ALL "
    "SELECT region, n FROM orders WHERE region = 'n') q GROUP BY region": of_union,
    "CACHE TABLE z AS SELECT * FROM orders; SELECT region, SUM(n) AS s FROM z GROUP BY region": by_region,
    "WITH c(a, b) AS (SELECT region, n FROM orders) SELECT d.a, SUM(d.b) AS s FROM c AS d GROUP BY d.a": by_region,
    "SELECT id, n FROM orders": lambda rows, minimum: [],
    "SELECT region, SUM(n) OVER (PARTITION BY region) AS s FROM orders": lambda rows, minimum: [],
}


@few
@pytest.mark.parametrize("sql", BRUTE_FORCE)
@given(rows=orders, minimum=st.integers(2, 3))
def test_one_table(
    sql: str, rows: list[Row], minimum: int, thresholded: Callable[..., Table], answered: Callable[..., Relation]
) -> None:
    answer = answered(sql, [(thresholded(minimum), rows)])
    assert sorted(answer.rows, key=repr) == sorted(BRUTE_FORCE[sql](rows, minimum), key=repr)


@pytest.mark.parametrize(
    "rows_of_all",
    [
        "(SELECT id FROM orders UNION ALL SELECT id FROM users)",
        "(SELECT id FROM users UNION ALL SELECT id FROM orders)",
        "(SELECT id, COUNT(*) AS c FROM users GROUP BY id UNION ALL SELECT id, n FROM orders)",
    ],
)
@few
@given(rows=orders, people=users)
def test_rows_of_other_tables_carry_no_identities(
    rows_of_all: str,
    rows: list[Row],
    people: list[Row],
    thresholded: Callable[..., Table],
    table: Callable[..., Table],
    answered: Callable[..., Relation],
) -> None:
    """They may be added to a result, and never make it one that may be shown; the derived table has no name."""
    added = [{**row, "n": 0} for row in people]
    if "COUNT" in rows_of_all:
        added = [{"id": each} for each in {row["id"] for row in people}]
    expected = [(len(rows) + len(added),)] if len(identities(rows)) >= 2 else []
    tables = [(thresholded(2), rows), (table("users", {"id": "string", "city": "string"}), people)]
    assert list(answered(f"SELECT COUNT(*) AS c FROM {rows_of_all}", tables).rows) == expected


@few
@given(rows=orders, people=users, minimum=st.integers(2, 3))
def test_outer_join_counts_only_rows_of_the_table(
    rows: list[Row],
    people: list[Row],
    minimum: int,
    thresholded: Callable[..., Table],
    table: Callable[..., Table],
    answered: Callable[..., Relation],
) -> None:
    joined = []
    for person in people:
        matches = [row for row in rows if row["id"] == person["id"]]
        joined += [{**row, "city": person["city"]} for row in matches] or [
            {"id": None, "n": None, "city": person["city"]}
        ]
    expected = [
        (city, total(group)) for (city,), group in grouped(joined, "city").items() if len(identities(group)) >= minimum
    ]
    sql = "SELECT u.city, SUM(o.n) AS s FROM users u LEFT JOIN orders o ON o.id = u.id GROUP BY u.city"
    answer = answered(sql, [(thresholded(minimum), rows), (table("users", {"id": "string", "city": "string"}), people)])
    assert sorted(answer.rows, key=repr) == sorted(expected, key=repr)


ONE_USER = [{"id": "u1", "region": "n", "n": 1}]
TWO_USERS = [*ONE_USER, {"id": "u2", "region": "n", "n": 2}]


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ("SELECT COUNT(*) FROM orders", True),
        ("SELECT COUNT(DISTINCT id), APPROX_COUNT_DISTINCT(id) FROM orders WHERE n > 0", True),
        ("SELECT COUNT(*), SUM(n) FROM orders", False),
        ("SELECT COUNT(*) + 0 FROM orders", False),
        ("SELECT region, COUNT(*) FROM orders GROUP BY region", False),
        ("SELECT COUNT(*) FROM orders a JOIN orders b ON a.n = b.n", False),
        ("SELECT COUNT(*) FROM (SELECT n FROM orders) q", False),
    ],
)
def test_counts_over_a_single_table_are_exempt(
    sql: str,
    shown: bool,  # noqa: FBT001 - a parameter of the test
    thresholded: Callable[..., Table],
    answered: Callable[..., Relation],
) -> None:
    assert bool(answered(sql, [(thresholded(2), ONE_USER)]).rows) is shown


@pytest.mark.parametrize(
    ("overrides", "select", "shown"),
    [
        ({"n": 0}, "SUM(n) AS s", False),
        ({"n": 0}, "COUNT(n) AS n", False),
        ({"n": 2, "region": 2}, "SUM(n) AS s, region", False),
        ({"s": 0}, "SUM(n) AS s", False),
        ({"n": 0, "s": 0}, "SUM(n) AS s", False),
        ({"n": 0}, "COUNT(*) AS n", False),
        ({"region": 0}, "MAX(region) AS m, COUNT(*) AS c", False),
        ({"region": 0}, "COALESCE(region, 'x') AS region", False),
        ({"region": 0}, "region", True),
        ({"region": 2}, "region", True),
        ({"region": 4}, "region", False),
        ({"region": 2}, "region AS place", False),
        ({"n": 2}, "region AS n", False),
        ({"region": 2}, "region, COUNT(DISTINCT id) AS c", True),
        ({"region": 2}, "region, SUM(n) AS s", False),
        ({"region": 0}, "region, COUNT(DISTINCT id) AS c", False),
        ({"region": 4}, "region, COUNT(DISTINCT id) AS c", False),
        ({"region": 2, "c": 3}, "region, COUNT(DISTINCT id) AS c", False),
    ],
)
def test_only_a_column_shown_as_it_is_lowers_the_minimum(
    overrides: dict[str, int],
    select: str,
    shown: bool,  # noqa: FBT001 - a parameter of the test
    thresholded: Callable[..., Table],
    answered: Callable[..., Relation],
) -> None:
    sql = f"SELECT {select} FROM orders GROUP BY region"
    assert bool(answered(sql, [(thresholded(3, overrides), TWO_USERS)]).rows) is shown


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT region, SUM(n) FROM orders WHERE n > (SELECT AVG(n) FROM orders) GROUP BY region",
        "SELECT SUM(n) FROM users WHERE id IN (SELECT id FROM orders)",
        "SELECT region, SUM(n) FROM orders GROUP BY region EXCEPT SELECT region, SUM(n) FROM orders GROUP BY region",
        "SELECT region, COUNT(*) FROM (SELECT region FROM orders UNION SELECT region FROM orders) q GROUP BY region",
        "SELECT region, SUM(n) FROM orders GROUP BY CUBE (region)",
        "SELECT COUNT(*), SUM(u.n) FROM users u LEFT SEMI JOIN orders o ON o.id = u.id",
    ],
)
def test_what_cannot_be_followed_is_refused(
    sql: str, thresholded: Callable[..., Table], table: Callable[..., Table], copied: Callable[..., WorkingCopy]
) -> None:
    copy = copied(sql, [thresholded(2), table("users", {"id": "string", "n": "int"})])
    with pytest.raises(NotEnforceableError):
        enforce_identity_thresholds(copy)


@pytest.mark.parametrize("name", ["identity 1", "IDENTITY 1", "identity 2"])
def test_a_column_of_the_query_cannot_pose_as_identities(
    name: str, thresholded: Callable[..., Table], answered: Callable[..., Relation]
) -> None:
    for value in ("ARRAY('a', 'b', 'c')", "region"):
        sql = (
            f"WITH c AS (SELECT region, SUM(n) AS s, {value} AS `{name}` FROM orders GROUP BY region) "
            "SELECT region, s FROM c"
        )
        assert answered(sql, [(thresholded(2), ONE_USER)]).rows == ()
        assert len(answered(sql, [(thresholded(2), TWO_USERS)]).rows) == 1
