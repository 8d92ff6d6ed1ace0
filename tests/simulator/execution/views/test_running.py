"""Runs on rooms of BigQuery: thresholds, differential privacy without noise worth mentioning, views and names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from simulator.execution.accepting import require_allowed
from simulator.execution.errors import NotAllowedError, NotEnforceableError
from simulator.execution.views.enforced_query import enforce
from simulator.execution.views.prepared_views import prepared
from simulator.privacy.accounts import EntryState
from simulator.privacy.ledger import Ledger
from simulator.views import bigquery_room
from simulator.views.budgets import view_budgets
from tests.simulator.execution.views.conftest import PRIVATE, THRESHOLD, Answer, room_of, view

NO_NOISE = "epsilon = 1e20, delta = 0.4, privacy_unit_column = visitor"
BY_CITY = "SELECT WITH AGGREGATION_THRESHOLD city, COUNT(*) AS n FROM c GROUP BY city"
BY_REGION = """
SELECT WITH AGGREGATION_THRESHOLD c.region, COUNT(*) AS n
FROM shop.T AS t LEFT JOIN shop.Cities AS c USING (city)
GROUP BY c.region
"""
RATES = "SELECT WITH AGGREGATION_THRESHOLD {}, COUNT(*) AS n FROM {} GROUP BY {}"
SPENT = "(SELECT visitor AS v, spend FROM shop.T)"
PRIVATELY = f"SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS({NO_NOISE}, max_groups_contributed = 3)"


def _rows(answer: Answer, sql: str, *views: Mapping[str, Any], **options: object) -> list[tuple[object, ...]]:
    return sorted(answer(sql, *views, **options).answer.rows, key=repr)


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        (
            "SELECT WITH AGGREGATION_THRESHOLD city, SUM(spend) AS s FROM shop.T GROUP BY city",
            [("Lyon", 60), ("Nice", 5)],
        ),
        ("SELECT WITH AGGREGATION_THRESHOLD COUNT(*) FROM shop.T", [(7,)]),
        ("SELECT WITH AGGREGATION_THRESHOLD COUNT(*) FROM shop.T WHERE city = 'Metz'", []),
        (
            "SELECT WITH AGGREGATION_THRESHOLD city, COUNT(*) AS n FROM shop.T GROUP BY city HAVING n > 2 OR n = 2",
            [("Lyon", 3), ("Nice", 2)],
        ),
        (f"WITH c AS (SELECT visitor, city FROM shop.T) SELECT MAX(n) FROM ({BY_CITY})", [(3,)]),
        (BY_REGION, [("ARA", 3), ("PACA", 2)]),
        # The type of a key is known behind brackets without a name, so that the zeros of a FLOAT64 can be shown alike.
        (RATES.format("rate > 0 AS p, rate * 0 AS z", "(SELECT visitor, rate FROM shop.T)", "p, z"), [(True, 0.0, 6)]),
        (
            RATES.format("rate * 0 AS z", f"(SELECT visitor, rate FROM shop.T) JOIN {SPENT} ON visitor = v", "z"),
            [(0.0, 12)],
        ),
        (
            "SELECT region, (SELECT COUNT(*) FROM shop.Cities) AS n FROM shop.Cities GROUP BY region, n HAVING n = 2",
            [("ARA", 2), ("PACA", 2)],
        ),
    ],
)
def test_thresholds_are_exact(answer: Answer, sql: str, rows: list[tuple[object, ...]]) -> None:
    assert _rows(answer, sql) == rows


@pytest.mark.parametrize("limit", ["", " ORDER BY n", " LIMIT 1", " ORDER BY n LIMIT 1 OFFSET 1", " LIMIT 0"])
def test_what_a_threshold_removes_is_counted_whatever_limit_would_keep(answer: Answer, limit: str) -> None:
    sql = f"SELECT WITH AGGREGATION_THRESHOLD city, COUNT(*) AS n FROM shop.T GROUP BY city{limit}"
    assert answer(sql).rows_removed_by_threshold == 1


def test_what_a_threshold_removes_is_in_the_exact_answer(answer: Answer) -> None:
    sql = "SELECT WITH AGGREGATION_THRESHOLD city, COUNT(*) AS n FROM shop.T GROUP BY city"
    found = answer(sql, exact=True)
    assert found.rows_removed_by_threshold == 1
    assert found.exact is not None
    assert ("Metz", 2) in found.exact.rows
    assert found.noise == found.charges == ()


@pytest.mark.parametrize(
    ("items", "rows"),
    [
        # NULL is one unit; b's only row in Nice has no spend, which COUNT clamps up and SUM leaves out.
        ("COUNT(*, contribution_bounds_per_group => (0, 1))", [("Lyon", 2), ("Metz", 2), ("Nice", 2)]),
        ("COUNT(spend, contribution_bounds_per_group => (1, 9))", [("Lyon", 3), ("Metz", 2), ("Nice", 2)]),
        ("SUM(spend, contribution_bounds_per_group => (6, 25))", [("Lyon", 45), ("Metz", 32), ("Nice", 6)]),
        ("SUM(rate, contribution_bounds_per_group => (0.5, 4.5))", [("Lyon", 8.0), ("Metz", 9.0), ("Nice", 0.5)]),
        ("AVG(spend, contribution_bounds_per_group => (0, 50))", [("Lyon", 20.0), ("Metz", 28.5), ("Nice", 5.0)]),
        ("AVG(spend)", [("Lyon", 20.0), ("Metz", 53.5), ("Nice", 5.0)]),
        ("SUM(spend)", [("Lyon", 60), ("Metz", 107), ("Nice", 5)]),
        ("COUNT(*)", [("Lyon", 3), ("Metz", 2), ("Nice", 2)]),
    ],
)
def test_differential_privacy_without_noise(answer: Answer, items: str, rows: list[tuple[object, ...]]) -> None:
    assert _rows(answer, f"{PRIVATELY} city, {items} AS x FROM shop.Visits GROUP BY city") == rows


def test_percentile_without_noise(answer: Answer) -> None:
    call = "PERCENTILE_CONT(spend, 0.5, contribution_bounds_per_row => (0, 128))"
    ((value,),) = answer(f"{PRIVATELY} {call} AS x FROM shop.Visits WHERE city = 'Lyon'").answer.rows
    assert value == pytest.approx(20, abs=0.01)


def test_a_unit_keeps_at_most_so_many_groups(answer: Answer) -> None:
    one = PRIVATELY.replace("max_groups_contributed = 3", "max_groups_contributed = 1")
    call = "COUNT(*, contribution_bounds_per_group => (0, 1)) AS n"
    totals = [
        sum(row[1] for row in answer(f"{one} city, {call} FROM shop.Visits GROUP BY city", seed=seed).answer.rows)
        for seed in range(10)
    ]
    assert set(totals) == {4}
    first = {
        tuple(sorted(answer(f"{one} city, {call} FROM shop.Visits GROUP BY city", seed=seed).answer.rows))
        for seed in range(20)
    }
    assert len(first) > 1


def test_equal_calls_share_one_release_and_epsilon_is_split(answer: Answer) -> None:
    bounds = "contribution_bounds_per_group => (0, 1)"
    sql = (
        f"SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 6) COUNT(*, {bounds}) + COUNT(*, {bounds}), "
        f"COUNT(*, contribution_bounds_per_group => (0, 2)) FROM shop.P HAVING COUNT(*, {bounds}) > -1000"
    )
    (report,) = answer(sql).noise
    assert [each.epsilon for each in report.aggregates] == [2, 2]
    assert [each.scale for each in report.aggregates] == [0.5, 1]


def test_noise_in_a_nested_query_feeds_the_query_around_it(answer: Answer) -> None:
    inner = f"{PRIVATELY} city, COUNT(*, contribution_bounds_per_group => (0, 9)) AS n FROM shop.Visits GROUP BY city"
    sql = f"WITH a AS ({inner}), b AS (SELECT SUM(n) AS s FROM a) SELECT s, (SELECT COUNT(*) FROM a) AS rows_ FROM b"
    found = answer(sql)
    assert found.answer.rows == ((7, 3),)
    assert len(found.noise) == 1


def test_no_name_in_the_query_stands_before_released_numbers(answer: Answer) -> None:
    """A CTE that is called like the internal table is not read in its place."""
    inner = f"{PRIVATELY} city, COUNT(*, contribution_bounds_per_group => (0, 9)) AS n FROM shop.Visits GROUP BY city"
    fake = "SELECT 'nobody' AS g0, 99 AS a0"
    sql = f"WITH `noisy answer 0` AS ({fake}), t0 AS ({fake}) SELECT city FROM ({inner}) AS x"
    assert _rows(answer, sql) == [("Lyon",), ("Metz",), ("Nice",)]


def test_views_are_read_through_views(answer: Answer) -> None:
    plain = view("shop.Plain", "SELECT visitor AS v, city, spend + 1 AS more FROM shop.T")
    sql = "SELECT WITH AGGREGATION_THRESHOLD city, SUM(more) AS s FROM shop.Plain GROUP BY city"
    assert sorted(answer(sql, plain).answer.rows) == [("Lyon", 63), ("Nice", 6)]


def test_a_view_that_releases_is_charged_once_and_read_as_often_as_wanted(answer: Answer) -> None:
    bounds = "contribution_bounds_per_group => (0, 9)"
    report = view(
        "shop.Report", f"SELECT WITH DIFFERENTIAL_PRIVACY city, COUNT(*, {bounds}) AS n FROM shop.P GROUP BY city"
    )
    found = answer("SELECT a.n - b.n AS zero FROM shop.Report AS a JOIN shop.Report AS b USING (city)", report)
    assert {row[0] for row in found.answer.rows} == {0}
    assert [(charge.view.name, charge.epsilon) for charge in found.charges] == [("shop.P", 1e14)]


def test_columns_are_named_as_bigquery_does(answer: Answer) -> None:
    found = answer("SELECT 1, c.region, 2, * FROM shop.Cities AS c JOIN shop.Cities AS d USING (city)")
    assert [column.name for column in found.answer.columns] == ["f0_", "region", "f1_", "city", "region_1", "region_2"]


def test_denied_queries_do_not_run(answer: Answer) -> None:
    with pytest.raises(NotAllowedError, match="is denied"):
        answer("SELECT visitor FROM shop.T")


def test_a_clause_in_an_expression_is_run_once(answer: Answer) -> None:
    """It gives the same number to every row, and is charged once, as a threshold holds once."""
    inner = "SELECT WITH DIFFERENTIAL_PRIVACY COUNT(*, contribution_bounds_per_group => (0, 9)) FROM shop.P"
    found = answer(f"SELECT city, ({inner}) AS n FROM shop.Cities")
    assert found.answer.rows == (("Lyon", 7), ("Nice", 7))
    assert [(charge.view.name, charge.epsilon) for charge in found.charges] == [("shop.P", 1e14)]
    counted = "SELECT city FROM shop.Cities WHERE (SELECT WITH AGGREGATION_THRESHOLD COUNT(*) FROM shop.T) {} 7"
    assert _rows(answer, counted.format("=")) == [("Lyon",), ("Nice",)]
    assert _rows(answer, counted.format("<")) == []


@pytest.mark.parametrize("item", ["({})", "({}) + 0", "({}) AS n", "(SELECT MAX(n) FROM ({}))"])
def test_a_clause_in_an_item_is_enforced_whatever_the_item_is_called(answer: Answer, item: str) -> None:
    """At a tiny ε noise hides the number 7; a threshold of 2 hides a lone unit."""
    noisy = "SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 1e-3)"
    inner = f"{noisy} COUNT(*, contribution_bounds_per_group => (0, 9)) AS n FROM shop.P"
    found = answer(f"SELECT {item.format(inner)} FROM shop.Cities")
    assert len(found.noise) == 1
    assert found.answer.rows != ((7,), (7,))
    lone = "SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM shop.T WHERE spend = 7"
    assert answer(f"SELECT {item.format(lone)} FROM shop.Cities").answer.rows == ((None,), (None,))


def test_nothing_runs_when_a_clause_is_lost() -> None:
    room = room_of(view("shop.T", policy=THRESHOLD))
    asked = bigquery_room.request(room, "SELECT WITH AGGREGATION_THRESHOLD COUNT(*) FROM shop.T")
    query = prepared(room, require_allowed(asked)).asked
    query.copy.tree = query.copy.tree.copy()
    with pytest.raises(NotEnforceableError, match="cannot be found again"):
        enforce(query)


def test_a_clause_below_a_correlated_subquery_is_run_once(answer: Answer) -> None:
    """Every row around it looks into the same release."""
    bounds = "contribution_bounds_per_group => (0, 9)"
    inner = f"SELECT WITH DIFFERENTIAL_PRIVACY city, COUNT(*, {bounds}) AS n FROM shop.P GROUP BY city"
    found = answer(f"SELECT (SELECT n FROM ({inner}) AS i WHERE i.city = c.city) FROM shop.Cities AS c")
    assert sorted(found.answer.rows) == [(2,), (3,)]
    assert len(found.noise) == len(found.charges) == 1


def test_a_clause_that_depends_on_the_row_around_it_is_denied(answer: Answer) -> None:
    inner = "SELECT WITH AGGREGATION_THRESHOLD COUNT(*) FROM shop.T AS t WHERE t.city = c.city"
    with pytest.raises(NotAllowedError, match="cannot depend on 'city' of the query around it"):
        answer(f"SELECT ({inner}) AS n FROM shop.Cities AS c")


def test_a_unit_inside_a_struct_that_a_view_makes(answer: Answer) -> None:
    policy = {
        "differential_privacy_policy": PRIVATE["differential_privacy_policy"] | {"privacy_unit_column": "who.name"}
    }
    held = view("shop.S", "SELECT STRUCT(visitor AS name) AS who, city FROM shop.Visits", policy)
    declared = held | {"columns": {"who": "STRUCT<name STRING>", "city": "STRING"}}
    bounded = "COUNT(*, contribution_bounds_per_group => (0, 2))"
    # One of the four visitors has three rows.
    assert _rows(answer, f"SELECT WITH DIFFERENTIAL_PRIVACY {bounded} FROM shop.S", declared) == [(6,)]


def test_a_run_charges_each_view_but_nothing_when_it_is_refused(answer: Answer, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    budget = view_budgets(room_of(view("shop.P", policy=PRIVATE)))["shop.P"]
    sql = "SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 1e13) city, COUNT(*) AS n FROM shop.P GROUP BY city"
    answer(sql, ledger=ledger)
    with pytest.raises((NotAllowedError, NotEnforceableError), match="SUM"):
        answer(sql.replace("COUNT(*)", "SUM(city)"), ledger=ledger)
    assert [entry.state for entry in ledger.history(budget.epsilon)] == [EntryState.COMMITTED]
    assert float(ledger.history(budget.epsilon)[0].amount) == pytest.approx(0.01)
    assert float(ledger.history(budget.delta)[0].amount) == pytest.approx(0.004)


def test_two_thresholds_in_one_query_take_the_higher(answer: Answer) -> None:
    strict = {"aggregation_threshold_policy": {"threshold": 3, "privacy_unit_column": "visitor"}}
    sql = "SELECT WITH AGGREGATION_THRESHOLD COUNT(*) FROM shop.T AS a JOIN shop.U AS b ON a.visitor = b.visitor"
    assert answer(sql, view("shop.U", policy=strict)).answer.rows == ((14,),)
    assert answer(sql + " WHERE a.city = 'Lyon'", view("shop.U", policy=strict)).answer.rows == ()
