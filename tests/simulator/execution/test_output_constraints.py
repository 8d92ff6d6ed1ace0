"""Output constraints of aggregation rules, against a brute force over small random tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from declarations.analysis_rules import AnalysisRuleAggregation
from simulator.execution.engines.engine import Relation
from simulator.execution.errors import NotEnforceableError
from simulator.execution.output_constraints import enforce_output_constraints
from simulator.execution.working_copy import WorkingCopy
from simulator.request import Table

few = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
orders = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(["u1", "u2", "u3", "u4", None]),
            "shop": st.sampled_from(["s1", "s2", "s3", None]),
            "region": st.sampled_from(["n", "s", None]),
            "n": st.one_of(st.none(), st.integers(-5, 5)),
        }
    ),
    max_size=14,
)
users = st.lists(
    st.fixed_dictionaries(
        {"id": st.sampled_from(["u1", "u2", "u3", "u5", None]), "city": st.sampled_from(["x", "y", None])}
    ),
    max_size=6,
)
minimums = st.integers(2, 4)


def rule(*constraints: tuple[str, int]) -> AnalysisRuleAggregation:
    """Make an aggregation rule with the given output constraints."""
    return AnalysisRuleAggregation.model_validate(
        {
            "aggregate_columns": [{"column_names": ["n"], "function": "SUM"}],
            "join_columns": ["id"],
            "dimension_columns": ["region"],
            "scalar_functions": [],
            "output_constraints": [
                {"column_name": name, "minimum": minimum, "type": "COUNT_DISTINCT"} for name, minimum in constraints
            ],
        }
    )


def distinct(rows: list[dict[str, Any]], column: str) -> int:
    return len({row[column] for row in rows} - {None})


def total(rows: list[dict[str, Any]]) -> int | None:
    values = [row["n"] for row in rows if row["n"] is not None]
    return sum(values) if values else None


COLUMNS = {"id": "string", "shop": "string", "region": "string", "n": "int"}


@few
@given(rows=orders, by_user=minimums, by_shop=minimums)
def test_groups_of_one_table(
    rows: list[dict[str, Any]],
    by_user: int,
    by_shop: int,
    table: Callable[..., Table],
    answered: Callable[..., Relation],
) -> None:
    groups: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["region"]].append(row)
    expected = {
        (region, total(group))
        for region, group in groups.items()
        if distinct(group, "id") >= by_user and distinct(group, "shop") >= by_shop
    }
    limited = table("orders", COLUMNS, rule(("id", by_user), ("shop", by_shop)))
    removed: list[int] = []
    answer = answered("SELECT region, SUM(n) AS s FROM orders GROUP BY region", [(limited, rows)], removed=removed)
    assert set(answer.rows) == expected
    assert len(answer.rows) == len(expected)
    assert removed == [len(groups) - len(expected)]


@few
@given(rows=orders, minimum=minimums)
def test_a_query_without_groups_gives_its_row_or_none(
    rows: list[dict[str, Any]], minimum: int, table: Callable[..., Table], answered: Callable[..., Relation]
) -> None:
    limited = table("orders", COLUMNS, rule(("id", minimum)))
    answer = answered("SELECT SUM(n) AS s FROM orders WHERE region = 'n'", [(limited, rows)])
    kept = [row for row in rows if row["region"] == "n"]
    assert answer.rows == (((total(kept),),) if distinct(kept, "id") >= minimum else ())


@few
@given(rows=orders, people=users, minimum=minimums, other=minimums)
def test_constraints_of_all_joined_tables_hold_together(
    rows: list[dict[str, Any]],
    people: list[dict[str, Any]],
    minimum: int,
    other: int,
    table: Callable[..., Table],
    answered: Callable[..., Relation],
) -> None:
    joined = [
        {**row, "city": person["city"], "person": person["id"]}
        for row in rows
        for person in people
        if row["id"] is not None and row["id"] == person["id"]
    ]
    groups: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for pair in joined:
        groups[pair["city"]].append(pair)
    expected = {
        (city, total(group))
        for city, group in groups.items()
        if distinct(group, "shop") >= minimum and distinct(group, "person") >= other and (total(group) or 0) > 0
    }
    tables = [
        (table("orders", COLUMNS, rule(("shop", minimum))), rows),
        (table("users", {"id": "string", "city": "string"}, rule(("id", other))), people),
    ]
    sql = "SELECT u.city, SUM(o.n) AS s FROM orders o JOIN users u ON o.id = u.id GROUP BY u.city HAVING SUM(o.n) > 0"
    answer = answered(sql, tables)
    assert set(answer.rows) == expected
    assert len(answer.rows) == len(expected)


def test_own_having_with_or_does_not_escape(table: Callable[..., Table], answered: Callable[..., Relation]) -> None:
    rows = [{"id": "u1", "shop": "s", "region": "n", "n": 9}]
    sql = "SELECT region, SUM(n) AS s FROM orders GROUP BY region HAVING SUM(n) > 0 OR SUM(n) < 0"
    assert answered(sql, [(table("orders", COLUMNS, rule(("id", 2))), rows)]).rows == ()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT s FROM (SELECT SUM(n) AS s FROM orders) q",
        "SELECT SUM(n) AS s FROM orders UNION ALL SELECT SUM(n) FROM orders",
        "SELECT region FROM orders",
        "SELECT region, SUM(n) AS s FROM orders GROUP BY ROLLUP (region)",
        "SELECT region, SUM(SUM(n)) OVER () AS s FROM orders GROUP BY region",
    ],
)
def test_other_shapes_are_refused(sql: str, table: Callable[..., Table], copied: Callable[..., WorkingCopy]) -> None:
    copy = copied(sql, [table("orders", COLUMNS, rule(("id", 2)))])
    with pytest.raises(NotEnforceableError):
        enforce_output_constraints(copy)
