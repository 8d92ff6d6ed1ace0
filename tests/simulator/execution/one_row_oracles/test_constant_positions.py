"""Arguments that must be written out are found in the engine's plan, whatever the query called the function."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine_plan import bound_plan
from simulator.execution.errors import NotTranslatableError
from simulator.execution.one_row_oracles.constant_positions import refuse_computed_positions
from simulator.execution.one_row_oracles.date_parts import refuse_unknown_parts


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    """An engine with an empty table of every kind of column."""
    with DuckDBEngine() as made:
        made.create(
            "main.t",
            "SELECT 1::BIGINT AS n, 1.5::DOUBLE AS f, '{}' AS s, DATE '2024-01-01' AS day, "
            "TIMESTAMP '2024-01-01' AS ts, TIME '01:00:00' AS clock, INTERVAL '1' DAY AS i LIMIT 0",
        )
        yield made


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT MIN(n), MAX(n, 1), ARG_MIN(n, f), MAX_BY(n, f, 1000) FROM t",
        "SELECT LAG(n) OVER (ORDER BY n), LEAD(n, -2) OVER (ORDER BY n), NTH_VALUE(n, 2) OVER (ORDER BY n) FROM t",
        "SELECT s -> '$.a.b[0]', s ->> 'a', s -> 0, json_extract_string(s, '$'), json_contains(s, s) FROM t",
        "SELECT date_diff('DAY', day, day), date_trunc('months', ts), year(day), hour(clock), epoch(i) FROM t",
        "SELECT date_diff('hour', clock, clock), timezone('UTC', ts) FROM t",
    ],
)
def test_what_is_written_out_is_none_of_its_business(engine: DuckDBEngine, sql: str) -> None:
    plan = bound_plan(engine, sql)
    refuse_computed_positions(plan)
    refuse_unknown_parts(plan)


@pytest.mark.parametrize(
    "call",
    [
        *("MIN(n, n)", "MAX(n, 0)", "MAX(n, 1001)", "ARG_MAX(n, f, n)", "MIN_BY(n, f, NULL)"),
        *("LAG(n, n) OVER (ORDER BY n)", "LEAD(n, 3000000000) OVER (ORDER BY n)"),
        *("NTH_VALUE(n, n) OVER (ORDER BY n)", "s -> s", "s ->> '*'", "s -> '$..a'", "json_extract(s, '$.a[*]')"),
        *("json_exists(s, s)", "json_type(s, s)", "s -> '$.a[#-1]'", "json_keys(s, s)", "s -> '/a/0'"),
    ],
)
def test_what_is_computed_or_out_of_range_is_refused(engine: DuckDBEngine, call: str) -> None:
    with pytest.raises(NotTranslatableError, match="cannot be run; write"):
        refuse_computed_positions(bound_plan(engine, f"SELECT {call} FROM t"))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("date_diff('timezone', day, day)", "DATE_DIFF cannot be run with the unit 'timezone'; allowed are millennium"),
        ("date_trunc('dow', ts)", "the unit 'dow'"),
        ("date_trunc(s, ts)", "a computed unit"),
        ("date_sub('day', clock, clock)", "the unit 'day'; allowed are hour, minute, second"),
        ("date_part(s, ts)", "DATE_PART of a computed part cannot be run; write the part"),
        ("date_part('timezone', day)", "TIMEZONE of a DATE cannot be run"),
        ("week(i)", "WEEK of an INTERVAL cannot be run"),
    ],
)
def test_a_part_that_a_value_lacks_is_refused(engine: DuckDBEngine, call: str, message: str) -> None:
    with pytest.raises(NotTranslatableError, match=message):
        refuse_unknown_parts(bound_plan(engine, f"SELECT {call} FROM t"))


def test_an_interval_that_python_does_not_hold_is_told_as_text(engine: DuckDBEngine) -> None:
    relation = engine.query("SELECT INTERVAL 1 MONTH * 2147483647 AS k, 2 AS k")
    assert relation.rows == (("178956970 years 7 months", 2),)
    assert relation.columns[0].type == "INTERVAL"
