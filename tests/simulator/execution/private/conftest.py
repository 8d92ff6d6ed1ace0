"""Private runs over rows that a test makes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from declarations.analysis_rules import AnalysisRuleCustom
from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.loading.data import MemoryData
from simulator.execution.loading.tables import load_tables
from simulator.execution.private.answer import private_answer
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.private.run import PrivateRun
from simulator.execution.working_copy import WorkingCopy
from simulator.privacy.rng import seeded
from simulator.request import Table
from tests.simulator.execution.private_purchases import COLUMNS, SETTINGS, Answer, Rows


@pytest.fixture
def orders(table: Callable[..., Table], custom: Callable[..., AnalysisRuleCustom]) -> Table:
    return table("orders", COLUMNS, custom(differential_privacy={"columns": [{"name": "uid"}]}))


@pytest.fixture
def private(orders: Table, table: Callable[..., Table], copied: Callable[..., WorkingCopy]) -> Callable[..., Answer]:
    """Run a query on rows of `orders` and of the unprotected `members`."""
    members = table("members", {"uid": "string", "city": "string"})

    def execute(sql: str, rows: Rows, settings: PrivacySettings = SETTINGS, seed: int = 1, people: Rows = ()) -> Answer:
        copy = copied(sql, [orders, members])
        run = PrivateRun(copy, settings)
        with DuckDBEngine(reproducible=True) as engine:
            load_tables(copy, MemoryData({"orders": rows, "members": people}), engine)
            engine.seed(seed / 1000)
            relation, report = private_answer(run, engine, seeded(seed))
        return relation, report

    return execute
