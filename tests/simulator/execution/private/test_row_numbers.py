"""Rows are read where they are only if they are the same rows, with the same numbers, each time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from declarations.analysis_rules import AnalysisRuleCustom
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.private.run import PrivateRun
from simulator.execution.working_copy import WorkingCopy
from simulator.request import Table

SETTINGS = PrivacySettings("222222222222", epsilon=10, users_noise_per_query=30)
COLUMNS = {"uid": "string", "region": "string", "n": "int"}


@pytest.fixture
def numbered(
    table: Callable[..., Table], custom: Callable[..., AnalysisRuleCustom], copied: Callable[..., WorkingCopy]
) -> Callable[..., str | None]:
    """Return the SQL of the rows with their numbers, or None."""

    def make(sql: str, columns: dict[str, str] = COLUMNS) -> str | None:
        rule = custom(
            differential_privacy={"columns": [{"name": "uid"}]},
            additional_analyses="NOT_ALLOWED",
        )
        return PrivateRun(copied(sql, [table("orders", columns, rule)]), SETTINGS).numbered_sql

    return make


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT region, SUM(n) AS s FROM orders GROUP BY region HAVING SUM(n) > 1 ORDER BY s LIMIT 3",
        "SELECT COUNT(DISTINCT o.uid) AS u FROM orders AS o",
    ],
)
def test_columns_of_one_table_are_read_where_they_are(sql: str, numbered: Callable[..., str | None]) -> None:
    found = numbered(sql)
    assert found is not None
    assert '."rowid" AS "r"' in found


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT SUM(n) AS s FROM orders WHERE n > 1",
        "SELECT SUM(n + 1) AS s FROM orders",
        "SELECT SUM(n * n) AS s FROM orders",
        "SELECT COUNT(*) AS c FROM orders a JOIN orders b ON a.uid = b.uid",
        "SELECT COUNT(*) AS c FROM (SELECT uid FROM orders) AS x",
        "WITH c AS (SELECT uid, n FROM orders) SELECT SUM(n) AS s FROM c",
    ],
)
def test_everything_else_is_kept(sql: str, numbered: Callable[..., str | None]) -> None:
    assert numbered(sql) is None


@pytest.mark.parametrize("name", ["rowid", "ROWID"])
def test_a_column_that_hides_the_row_number_is_never_taken_for_it(
    name: str, numbered: Callable[..., str | None]
) -> None:
    assert numbered("SELECT SUM(n) AS s FROM orders", {**COLUMNS, name: "int"}) is None
