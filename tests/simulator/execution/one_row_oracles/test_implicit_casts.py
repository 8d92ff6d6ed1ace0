"""The engine's own casts are found before a row is read, wherever values of unlike types meet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine_plan import bound_plan
from simulator.execution.errors import NotTranslatableError
from simulator.execution.one_row_oracles.date_parts import refuse_unknown_parts
from simulator.execution.one_row_oracles.implicit_casts import refuse_failing_casts


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    """An engine with an empty table of every kind of column."""
    with DuckDBEngine() as made:
        made.create(
            "main.t",
            "SELECT 1::INTEGER AS n, 1::BIGINT AS b, 1::UBIGINT AS w, 1.5::DOUBLE AS f, 1.5::DECIMAL(10, 2) AS d, "
            "'a' AS s, DATE '2024-01-01' AS day, TIMESTAMP '2024-01-01' AS ts, TRUE AS t, "
            "INTERVAL '1' DAY AS i LIMIT 0",
        )
        yield made


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT n = b, n = f, n = d, d = f, n = t, n || s, COALESCE(n, b), ts::DATE FROM t",
        "SELECT TRY_CAST(s AS INTEGER), TRY(s::INTEGER), TRY(s = n) FROM t",
        "SELECT n FROM t UNION ALL SELECT s FROM t",
        "SELECT day = '2024-02-29' FROM t",
        "SELECT NULL = n FROM t",
    ],
)
def test_casts_that_always_fit_are_none_of_its_business(engine: DuckDBEngine, sql: str) -> None:
    refuse_failing_casts(bound_plan(engine, sql))


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT 1 FROM t WHERE s", "a value of type VARCHAR as BOOLEAN"),
        ("SELECT 1 FROM t WHERE CASE WHEN n = 7 THEN 'zz' ELSE 'true' END", "VARCHAR as BOOLEAN"),
        ("SELECT 1 FROM t AS a JOIN t AS b ON a.s", "VARCHAR as BOOLEAN"),
        ("SELECT s = n FROM t", "VARCHAR as INTEGER"),
        ("SELECT LAG(n, 1, s) OVER (ORDER BY n) FROM t", "VARCHAR as INTEGER"),
        ("SELECT n FROM t WHERE s IN (1, 2)", "VARCHAR as"),
        ("SELECT day = ts FROM t", "DATE as TIMESTAMP"),
        ("SELECT day = '2024-02-30' FROM t", "VARCHAR as DATE"),
        ("WITH x AS (SELECT 1 AS one FROM t WHERE s) SELECT * FROM x", "VARCHAR as BOOLEAN"),
        ("SELECT 1 FROM t WHERE EXISTS (SELECT 1 FROM t AS o WHERE o.n = t.s)", "VARCHAR as INTEGER"),
        ("SELECT d::INTEGER FROM t", "DECIMAL as INTEGER"),
        ("SELECT b::DECIMAL(10, 0) FROM t", "BIGINT as DECIMAL"),
        ("SELECT b::UBIGINT FROM t", "BIGINT as UBIGINT"),
        ("SELECT w::BIGINT FROM t", "UBIGINT as BIGINT"),
        ("SELECT nothing FROM t", "the engine cannot run the query, whatever the rows"),
    ],
)
def test_casts_that_can_fail_are_refused(engine: DuckDBEngine, sql: str, message: str) -> None:
    with pytest.raises(NotTranslatableError, match=message):
        refuse_failing_casts(bound_plan(engine, sql))


@pytest.mark.parametrize("part", ["dayofweek", "week", "era", "yearweek", "isodow"])
def test_parts_that_no_interval_has_are_refused(engine: DuckDBEngine, part: str) -> None:
    with pytest.raises(NotTranslatableError, match=f"{part.upper()} of an INTERVAL cannot be run"):
        refuse_unknown_parts(bound_plan(engine, f"SELECT {part}(i) FROM t"))
    refuse_unknown_parts(bound_plan(engine, f"SELECT {part}(day), year(i), epoch(i) FROM t"))
