"""What limits, clamps and thresholds cost every cell: exact value plus bias is the answer without noise."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from declarations.analysis_rules import AnalysisRuleCustom
from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine import Relation
from simulator.execution.loading.data import MemoryData
from simulator.execution.loading.tables import load_tables
from simulator.execution.private.answer import private_answer
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.private.run import PrivateRun
from simulator.execution.results import Bias
from simulator.execution.working_copy import WorkingCopy
from simulator.privacy.rng import seeded
from simulator.request import Table
from tests.without_noise import without_noise

Rows = Sequence[Mapping[str, Any]]
Measure = Callable[..., tuple[Relation, Relation, Bias]]
SETTINGS = PrivacySettings("222222222222", epsilon=10, users_noise_per_query=10)
OPEN = replace(SETTINGS, protect_groups=False)
COLUMNS = {"uid": "string", "region": "string", "amount": "decimal(10,2)", "n": "int", "f": "double"}
CONDITION = "COUNT(DISTINCT CASE WHEN n > 3 THEN uid END)"
AGGREGATES = (
    "COUNT(DISTINCT uid)",
    CONDITION,
    "COUNT(*)",
    "COUNT(n)",
    "COUNT(DISTINCT n)",
    "SUM(n)",
    "SUM(amount)",
    "AVG(f)",
    "AVG(amount)",
    "STDDEV(f)",
    "SUM(n) / COUNT(DISTINCT uid)",
    "100 * AVG(f) - SUM(n)",
)


@pytest.fixture
def measure(
    table: Callable[..., Table],
    custom: Callable[..., AnalysisRuleCustom],
    copied: Callable[..., WorkingCopy],
    monkeypatch: pytest.MonkeyPatch,
) -> Measure:
    """Return the answer without noise, the exact answer, and the bias."""
    without_noise(monkeypatch)
    orders = table("orders", COLUMNS, custom(differential_privacy={"columns": [{"name": "uid"}]}))

    def measured(
        sql: str, rows: Rows, settings: PrivacySettings = OPEN, seed: int = 1
    ) -> tuple[Relation, Relation, Bias]:
        copy = copied(sql, [orders])
        run = PrivateRun(copy, settings)
        with DuckDBEngine(reproducible=True) as engine:
            load_tables(copy, MemoryData({"orders": rows}), engine)
            engine.seed(seed / 1000)
            answer, report = private_answer(run, engine, seeded(seed), measures_bias=True)
            return answer, engine.query(run.exact_sql, run.exact_scans), report.bias

    return measured


def orders(users: int, most_rows: int, regions: int, seed: int = 5) -> list[dict[str, Any]]:
    """Rows of users in several regions, some with many rows or large values, and rows without a user."""
    chance = random.Random(seed)  # noqa: S311 - test data
    return [
        {
            "uid": None if user == 0 else f"u{user}",
            "region": f"r{chance.randrange(regions)}",
            "amount": Decimal(chance.randrange(100_000)) / 100,
            "n": None if chance.random() < 0.05 else chance.randrange(-3, 10) * (1000 if user % 50 == 1 else 1),
            "f": chance.gauss(5, 2) * (100 if user % 40 == 1 else 1),
        }
        for user in range(users)
        for _ in range(chance.randrange(1, most_rows * (20 if user % 100 == 1 else 1) + 1))
    ]


@pytest.mark.parametrize("settings", [OPEN, SETTINGS], ids=["all groups", "threshold"])
@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_the_exact_value_plus_bias_is_the_answer_without_noise(
    aggregate: str, settings: PrivacySettings, measure: Measure
) -> None:
    rows = orders(600, 4, 5)
    answer, exact, bias = measure(f"SELECT region, {aggregate} AS x FROM orders GROUP BY region", rows, settings)
    truth = dict(exact.rows)
    (column,) = bias.columns
    assert len(answer.rows) == 5
    for (region, shown), true, off in zip(answer.rows, column.exact, column.per_row, strict=True):
        assert true is not None
        assert off is not None
        assert true == pytest.approx(float(truth[region]), rel=1e-9)
        assert true + off == pytest.approx(float(shown), rel=1e-5, abs=1e-4)


def test_all_columns_of_one_query_are_measured_in_the_order_of_its_rows(measure: Measure) -> None:
    items = ", ".join(f"{aggregate} AS x{number}" for number, aggregate in enumerate(AGGREGATES))
    sql = f"SELECT {items}, region FROM orders GROUP BY region HAVING COUNT(*) > 100 ORDER BY 3 DESC LIMIT 3"
    answer, _, bias = measure(sql, orders(600, 4, 5))
    assert [column.column for column in bias.columns] == [f"x{number}" for number, _ in enumerate(AGGREGATES)]
    assert len(answer.rows) == 3
    for index, column in enumerate(bias.columns):
        for row, true, off in zip(answer.rows, column.exact, column.per_row, strict=True):
            assert (true or 0.0) + (off or 0.0) == pytest.approx(float(row[index]), rel=1e-5, abs=1e-4)


def test_users_in_several_groups_are_counted_in_one(measure: Measure) -> None:
    rows = [{"uid": f"u{user}", "region": f"r{region}"} for user in range(400) for region in range(4)]
    answer, exact, bias = measure("SELECT region, COUNT(DISTINCT uid) AS x FROM orders GROUP BY region", rows)
    assert [users for _, users in exact.rows] == [400] * 4
    assert sum(users for _, users in answer.rows) == 400
    assert bias.users_in_several_groups == 400
    assert bias.rows_dropped_by_limit == 0
    assert sum(bias.columns[0].per_row) == 400 - 4 * 400
    assert sum(bias.columns[0].shares) / 4 == pytest.approx(-0.75)


def test_nothing_is_lost_of_users_with_one_row_each(measure: Measure) -> None:
    rows = [{"uid": f"u{user}", "region": f"r{user % 3}", "n": 1} for user in range(900)]
    _, _, bias = measure("SELECT region, COUNT(DISTINCT uid) AS x, COUNT(n) AS y FROM orders GROUP BY region", rows)
    assert [column.per_row for column in bias.columns] == [(0.0, 0.0, 0.0)] * 2
    assert (bias.users_in_several_groups, bias.rows_in_hidden_groups, bias.groups_not_drawn) == (0, 0, 0)


def test_groups_that_are_not_shown_are_counted_with_their_rows(measure: Measure) -> None:
    """Group `few` stays below the threshold, `nobody` has no user at all."""
    rows = [
        *({"uid": f"u{user}", "region": "many"} for user in range(500)),
        *({"uid": f"v{user}", "region": "few"} for user in range(3)),
        *({"uid": None, "region": "nobody"} for _ in range(7)),
    ]
    answer, exact, bias = measure("SELECT region, COUNT(*) AS x FROM orders GROUP BY region", rows, SETTINGS)
    assert [region for region, _ in answer.rows] == ["many"]
    assert len(exact.rows) == 3
    assert (bias.groups, bias.groups_dropped_by_threshold, bias.groups_not_drawn) == (2, 1, 1)
    assert bias.rows_in_hidden_groups == 10
    assert bias.users_in_several_groups is None


def test_what_is_no_number_has_no_bias(measure: Measure) -> None:
    sql = "SELECT region, CASE WHEN COUNT(*) > 10 THEN 'big' ELSE 'small' END AS size FROM orders GROUP BY region"
    _, _, bias = measure(sql, orders(100, 2, 2))
    assert bias.columns[0].per_row == (None, None)
    assert bias.columns[0].shares == ()


def test_an_answer_without_groups_or_without_rows_is_measured_too(measure: Measure) -> None:
    _, _, bias = measure("SELECT COUNT(*) AS x, SUM(n) AS s FROM orders", [])
    assert [column.exact for column in bias.columns] == [(0.0,), (None,)]
    _, exact, bias = measure("SELECT COUNT(*) AS x FROM orders", orders(50, 3, 2), SETTINGS)
    assert bias.columns[0].exact == (float(exact.rows[0][0]),)
    _, _, bias = measure("SELECT region, COUNT(*) AS x FROM orders GROUP BY region", [], SETTINGS)
    assert bias.columns[0].per_row == ()


def test_nothing_is_measured_unless_asked(
    table: Callable[..., Table], custom: Callable[..., AnalysisRuleCustom], copied: Callable[..., WorkingCopy]
) -> None:
    asked = table("orders", COLUMNS, custom(differential_privacy={"columns": [{"name": "uid"}]}))
    copy = copied("SELECT COUNT(*) AS x FROM orders", [asked])
    run = PrivateRun(copy, OPEN)
    with DuckDBEngine(reproducible=True) as engine:
        load_tables(copy, MemoryData({"orders": orders(20, 1, 1)}), engine)
        _, report = private_answer(run, engine, seeded(1))
    assert (report.bias.columns, report.bias.rows_in_hidden_groups) == ((), None)
