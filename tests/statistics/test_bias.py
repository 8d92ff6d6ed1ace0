"""On the example's rows: every cell without noise is its exact value plus the reported bias."""

from __future__ import annotations

import math
from typing import Any

import pytest

from examples.complete_journey.prepare import prepare
from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.loading.data import FolderData
from simulator.execution.loading.tables import load_tables
from simulator.execution.private.answer import private_answer
from simulator.plans import prices
from simulator.privacy.rng import seeded
from simulator.room_budgets import payers
from tests.statistics.example_runs import EXAMPLE, example, private_queries
from tests.without_noise import without_noise

ROOM = example("measurement")
QUERIES = private_queries(ROOM)


def number(cell: Any) -> float:  # noqa: ANN401 - a cell of any type
    """Return a cell as a number, NaN for NULL."""
    return math.nan if cell is None else float(cell)


@pytest.mark.parametrize("name", QUERIES)
def test_the_exact_value_plus_bias_is_the_answer_without_noise(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    without_noise(monkeypatch)
    prepare()
    run, copy = prices.private_run(QUERIES[name], payers(ROOM.room, QUERIES[name]))
    with DuckDBEngine(reproducible=True) as engine:
        load_tables(copy, FolderData(EXAMPLE / "data"), engine)
        answer, report = private_answer(run, engine, seeded(1), measures_bias=True)
        exact = engine.query(run.exact_sql, run.exact_scans)
    biased = {column.column: column for column in report.bias.columns}
    keys = [index for index, column in enumerate(exact.columns) if column.name not in biased]
    truth = {tuple(row[index] for index in keys): row for row in exact.rows}
    assert biased
    for place, row in enumerate(answer.rows):
        true_row = truth[tuple(row[index] for index in keys)]
        for index, column in enumerate(answer.columns):
            if column.name in biased:
                true, bias = biased[column.name].exact[place], biased[column.name].per_row[place]
                assert number(true) == pytest.approx(number(true_row[index]), rel=1e-4, nan_ok=True)
                assert number(true) + number(bias) == pytest.approx(number(row[index]), rel=1e-4, nan_ok=True)
