"""Results that the service returned in a public lab, row for row on the lab's own data."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from declarations.analysis_rules import rule_of
from simulator.execution.loading.data import FolderData
from simulator.execution.options import RunOptions
from simulator.execution.results import RunResult
from simulator.execution.running import run
from simulator.open_questions import QUESTIONS, Topic
from simulator.privacy.rng import secure
from simulator.request import AnalysisRequest, Table
from simulator.settings import Reading, Settings
from tests.outside import by_id

PERMISSIVE = Settings({each.name: Reading.PERMISSIVE for each in QUESTIONS if each.topic is Topic.QUERY})
"""The lab shows how some open questions are answered; here only its results matter."""


def lab(name: str, outside: Path, engine: str | None = None) -> tuple[RunResult, dict[str, Any]]:
    """Run a query of the lab; gives the result and what the lab says about it."""
    query = by_id("queries.yaml")[name]
    scenario = by_id("scenarios.yaml")[query["scenario"]]
    tables = {table["name"]: _table(table) for table in scenario["tables"]}
    request = AnalysisRequest(
        query["sql"], tables, scenario["query_runner"], engine=engine or scenario["engine"], settings=PERMISSIVE
    )
    data = FolderData(outside, {table["name"]: table["data"] for table in scenario["tables"]})
    return run(request, data, booking=None, source=secure(), options=RunOptions(exact=True)), query["results"]


def _table(table: dict[str, Any]) -> Table:
    columns = {name: kind for name, kind in table["columns"].items() if name in table["allowed_columns"]}
    rule = rule_of(by_id("rules.yaml")[table["rule"]]["policy"])
    return Table(table["name"], table["owner"], columns, rule=rule, receivers_unlimited=True)


def plain(result: RunResult) -> list[list[Any]]:
    return [list(row) for row in result.answer.rows]


def test_console_query_groups_under_the_threshold_vanish(outside: Path) -> None:
    result, expected = lab("lab01_q2", outside)
    assert sorted(plain(result)) == sorted(expected["rows"])
    assert result.exact is not None
    assert len(result.exact.rows) == expected["groups_before"]
    assert result.rows_removed_by_threshold == expected["groups_before"] - expected["groups_returned"]


def test_ordered_by_an_alias(outside: Path) -> None:
    result, expected = lab("lab01_q3", outside)
    counts = result.answer.column("member_count")
    assert len(counts) == expected["groups_returned"]
    assert counts == sorted(counts, reverse=True)


def test_joined_to_the_runners_table(outside: Path) -> None:
    result, expected = lab("lab02a_q2", outside)
    assert plain(result) == expected["rows"]


def test_averages_of_whole_numbers_are_cut_off_by_the_legacy_engine(outside: Path) -> None:
    result, expected = lab("lab02a_q3", outside)
    assert len(result.answer.rows) == expected["rows_returned"]
    found = dict(result.answer.rows)
    assert {city: found[city] for city, _ in expected["observed_top"]} == dict(expected["observed_top"])
    averages = result.answer.column("avg_points_redeemed")
    assert averages == sorted(averages, reverse=True)
    assert Counter(averages[:13]) == Counter(average for _, average in expected["observed_top"])


def test_averages_are_exact_on_spark(outside: Path) -> None:
    query = by_id("queries.yaml")["lab02a_q3"]["sql"]
    assert '"' in query  # quoted identifiers belong to the legacy engine; Spark quotes with backticks
    _, expected = lab("lab02a_q3", outside)
    tables = {table["name"]: _table(table) for table in by_id("scenarios.yaml")["lab02_agg"]["tables"]}
    request = AnalysisRequest(query.replace('"', "`"), tables, "111111111111", settings=PERMISSIVE)
    data = FolderData(outside, {"members": "lab/members.parquet", "flight_history": "lab/flight_history_*.parquet"})
    result = run(request, data, booking=None, source=secure())
    found = dict(result.answer.rows)
    assert {city: found[city] for city in expected["exact"]} == pytest.approx(expected["exact"])


def test_overlap_list(outside: Path) -> None:
    result, expected = lab("lab02l_q2", outside)
    rows = plain(result)
    assert len(rows) == expected["rows_returned"]
    assert all(row in rows for row in expected["contains"])
