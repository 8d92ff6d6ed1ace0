"""A key shows no more than that it is equal: neither the sign of a zero nor the bits of a NaN."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from declarations.analysis_rules import AnalysisRuleCustom
from simulator.execution.engine import Relation
from simulator.execution.errors import NotEnforceableError
from simulator.execution.group_keys import without_signs
from simulator.request import Table

COLUMNS = {"id": "string", "n": "int", "f": "double"}
MANY = [{"id": f"u{number}", "n": 1, "f": 0.0} for number in range(20)]
ONE = {"id": "target", "n": 7, "f": 0.0}
SIGNED = "WITH x AS (SELECT id, CASE WHEN n = 7 THEN -0.0E0 ELSE f END AS k FROM orders) "
QUERIES = {
    "by_name": SIGNED + "SELECT k, COUNT(*) AS c FROM x GROUP BY k",
    "by_position": SIGNED + "SELECT k, COUNT(*) AS c FROM x GROUP BY 1 ORDER BY 1",
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


@pytest.mark.parametrize("key", ["s", "s.f", "a"])
def test_keys_within_other_values_are_refused(
    key: str, custom: Callable[..., AnalysisRuleCustom], table: Callable[..., Table], answered: Callable[..., Relation]
) -> None:
    threshold = {
        "identity_columns": ["id"],
        "minimum_identity_count": 10,
        "type": "COUNT_DISTINCT",
        "allowed_aggregate_expression_type": "ANY_EXPRESSION",
    }
    columns = {"id": "string", "s": "struct<f:double,k:string>", "a": "array<double>"}
    orders = table("orders", columns, custom(aggregation_thresholds=[threshold]))
    with pytest.raises(NotEnforceableError, match="the sign of one row"):
        answered(f"SELECT {key} AS k, COUNT(*) AS c FROM orders GROUP BY {key}", [(orders, [])])
    plain = answered("SELECT s.k AS k, COUNT(*) AS c FROM orders GROUP BY s.k", [(orders, [])])
    assert plain.rows == ()


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
