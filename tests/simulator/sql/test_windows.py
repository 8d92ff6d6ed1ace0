"""Windows that take something from a named window."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from simulator.sql.windows import partition_of, spelled_out

FROM = "FROM t WINDOW w AS (PARTITION BY a), v AS (w ORDER BY b)"


@pytest.mark.parametrize(
    ("over", "expected", "keys"),
    [
        ("OVER w", "OVER (PARTITION BY a)", ["a"]),
        ("OVER (w ORDER BY c)", "OVER (PARTITION BY a ORDER BY c)", ["a"]),
        ("OVER v", "OVER (PARTITION BY a ORDER BY b)", ["a"]),
        ("OVER (PARTITION BY d)", "OVER (PARTITION BY d)", ["d"]),
        ("OVER ()", "OVER ()", []),
        ("OVER nothing", "OVER nothing", []),
    ],
)
def test_a_window_is_spelled_out(over: str, expected: str, keys: list[str]) -> None:
    select = sqlglot.parse_one(f"SELECT SUM(x) {over} {FROM}", read="duckdb")
    window = select.expressions[0]
    assert isinstance(window, exp.Window)
    assert spelled_out(select, window).sql("duckdb") == f"SUM(x) {expected}"
    assert [key.sql() for key in partition_of(select, window)] == keys


def test_windows_that_name_each_other_have_no_partition() -> None:
    select = sqlglot.parse_one("SELECT SUM(x) OVER v FROM t WINDOW w AS (v ORDER BY a), v AS (w ORDER BY b)")
    assert partition_of(select, select.expressions[0]) == []
