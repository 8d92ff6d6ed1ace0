"""The engine calls listed functions only, and none of them fails on a row, whatever is in it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine_plan import bound_plan, function_name
from simulator.execution.errors import NotTranslatableError
from simulator.execution.one_row_oracles import refuse_one_row_oracles
from simulator.execution.one_row_oracles.engine_text import expressions_of
from simulator.execution.one_row_oracles.functions import AGGREGATE, LISTED, WINDOW
from tests.simulator.execution.one_row_oracles.sweep import (
    CALLS,
    DIALECTS,
    FEW,
    NASTY,
    OTHERS,
    failure,
    nasty_engine,
    translated,
    variants,
)

_FRAMES = {"aggregates": "SELECT {} FROM t GROUP BY u", "windows": "SELECT {} FROM t"}
_SAMPLE = 500
"""How many of all calls with arguments of other types are tried each time; all are, under the `statistics` mark."""
_ENGINES_OWN = {"__between", "!~~", "!~~*", "sum_no_overflow", "rank_dense", "list", "list_slice"}
"""Listed names of what the engine puts for others, or the enforcement writes."""
_SQLS_OWN = {"TRY", "OVER"}
"""Words of SQL that the page needs beside the names."""


def _groups(dialect: str) -> Iterator[tuple[str, list[str]]]:
    """Yield every SELECT with the calls that belong into it."""
    for calls in CALLS[dialect].values():
        yield "SELECT {} FROM t", calls
    for kind, frame in _FRAMES.items():
        yield frame, CALLS[kind][dialect]


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    with nasty_engine() as engine:
        yield engine


@pytest.mark.parametrize("is_private", [False, True])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_listed_function_fails_on_a_row(dialect: str, *, is_private: bool, engine: DuckDBEngine) -> None:
    """All calls stand beside each other, so that the engine finds what they have in common."""
    for frame, calls in _groups(dialect):
        items = ", ".join(f"{next(variants(call, ()))} AS v{number}" for number, call in enumerate(calls))
        sql = translated(frame.replace("{}", items), dialect, is_private=is_private)
        assert sql is not None
        refuse_one_row_oracles(bound_plan(engine, sql))
        assert failure(engine, sql) is None, frame


def _odd_calls(arguments: tuple[str, ...]) -> list[tuple[str, str]]:
    return [
        (dialect, frame.replace("{}", f"{variant} AS v"))
        for dialect in DIALECTS
        for frame, calls in _groups(dialect)
        for call in calls
        for variant in variants(call, arguments)
    ]


def test_no_listed_function_fails_on_arguments_of_other_types(engine: DuckDBEngine) -> None:
    chosen = random.Random(11).sample(_odd_calls((*NASTY, *OTHERS)), _SAMPLE)  # noqa: S311 - nothing secret
    failures = {sql: failure(engine, translated(sql, dialect)) for dialect, sql in chosen}
    assert {sql: reason for sql, reason in failures.items() if reason} == {}


@pytest.mark.statistics
@pytest.mark.parametrize("arguments", [FEW, (*NASTY, *OTHERS)], ids=["few", "all"])
def test_no_listed_function_fails_on_any_argument(arguments: tuple[str, ...], engine: DuckDBEngine) -> None:
    failures = {sql: failure(engine, translated(sql, dialect)) for dialect, sql in _odd_calls(arguments)}
    assert {sql: reason for sql, reason in failures.items() if reason} == {}


def test_every_listed_function_is_swept(engine: DuckDBEngine) -> None:
    seen: set[str] = set()
    for dialect in DIALECTS:
        for frame, calls in _groups(dialect):
            items = ", ".join(f"{next(variants(call, ()))} AS v{number}" for number, call in enumerate(calls))
            sql = translated(frame.replace("{}", items), dialect)
            assert sql is not None
            seen |= {node.get("function_name", "").lower() for node in expressions_of(sql)}
            seen |= {function_name(node) for node in bound_plan(engine, sql).nodes()} - {""}
    assert LISTED - seen - _ENGINES_OWN == set()


@pytest.mark.parametrize(
    "call",
    [
        *("SEQ8()", "SEQ4()", "SEQ1()", "MONOTONICALLY_INCREASING_ID()", "SPARK_PARTITION_ID()", "INPUT_FILE_NAME()"),
        *("RANGE(0, b)", "GENERATE_SERIES(1, b)", "SEQUENCE(1, b)", "EXPLODE(SEQUENCE(1, b))"),
        *("JSON_KEYS(s)", "TIME_SLICE(ts, n, 'DAY')", "CURRENT_USER()"),
        *(
            "TIMESTAMPDIFF(NANOSECOND, ts, ts)",
            "HASH(s)",
            "TYPEOF(s)",
            "VERSION()",
            "CURRENT_SETTING(s)",
            "GETVARIABLE(s)",
        ),
        *(
            "ERROR(s)",
            "RAISE_ERROR(s)",
            "ASSERT_TRUE(t)",
            "WRITE_LOG(s)",
            "SLEEP_MS(n)",
            "CURRENT_QUERY()",
            "NEXTVAL(s)",
        ),
        *("REGEXP_REPLACE(s, '[', '')", "REGEXP_REPLACE(s, LOWER('['), '')", "REGEXP_EXTRACT(s, '(', 0)"),
    ],
)
def test_what_is_not_listed_is_refused_before_a_row_is_read(call: str, engine: DuckDBEngine) -> None:
    sql = translated(f"SELECT {call} AS v FROM t", "spark")
    if sql is not None:
        with pytest.raises(NotTranslatableError):
            refuse_one_row_oracles(bound_plan(engine, sql))


@pytest.mark.parametrize("call", ["GENERATE_DATE_ARRAY(day, day)", "GENERATE_ARRAY(1, b)"])
def test_bigquerys_series_are_refused(call: str) -> None:
    assert translated(f"SELECT {call} AS v FROM t", "bigquery") is None


def test_a_window_that_nobody_wrote_is_refused() -> None:
    assert translated("SELECT SEQ8() AS v, ROW_NUMBER() OVER (PARTITION BY u ORDER BY n) AS w FROM t", "spark") is None
    assert translated("SELECT ROW_NUMBER() OVER (PARTITION BY u ORDER BY n) AS w FROM t", "spark") is not None


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT CAST(s AS INT) + 1 AS a, CAST(s AS INT) + 2 AS b FROM t",
        "SELECT s IN ('1', '2') AS a, CAST(s AS INT) IN (1, 2, 3, 4, 5, 6, 7, 8, 9) AS b FROM t",
        "SELECT b FROM t WHERE b + 1 IN (1, 2, 3, 4, 5, 6, 7, 8, 9) OR b + 1 = 12",
        "SELECT CASE WHEN n = 77 THEN b + 1 IN (1, 2, 3, 4, 5, 6, 7, 8, 9) END AS a FROM t",
        "SELECT SUM(b + 1) AS a, AVG(b + 1) AS c, MAX(b + 2) AS d FROM t",
        "SELECT COUNT(*) AS c FROM t AS x JOIN t AS y ON x.b + 1 = y.b + 2 AND x.n * 2 > y.n + 1",
        "SELECT b + 1 AS a, COUNT(*) AS c FROM t GROUP BY b + 1 HAVING MAX(b + 1) > 0",
        "SELECT WEEK(day) AS a, DATE_TRUNC('WEEK', day) AS c, EXTRACT(WEEK FROM day) AS d FROM t WHERE WEEK(day) > 3",
    ],
)
def test_the_engine_moves_nothing_out_of_try(sql: str, engine: DuckDBEngine) -> None:
    written = translated(sql, "spark")
    assert written is not None
    refuse_one_row_oracles(bound_plan(engine, written))
    assert failure(engine, written) is None


def test_the_page_names_every_listed_function() -> None:
    page = (Path(__file__).parents[4] / "docs/engine-semantics.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"^## Functions that may be called$(.*?)^## ", page, re.DOTALL | re.MULTILINE)
    lists = re.findall(r"^\* \*\*They .*?(?=^\* |^$)", section, re.DOTALL | re.MULTILINE)
    assert {name for each in lists for name in re.findall(r"`([^`]+)`", each)} - _SQLS_OWN == LISTED


def test_names_that_have_two_roles_are_meant() -> None:
    assert not AGGREGATE & WINDOW


def test_text_that_the_engine_cannot_read_is_refused() -> None:
    with pytest.raises(NotTranslatableError, match="cannot read"):
        list(expressions_of("SELECT FROM WHERE"))
