"""The time is one moment in a whole run, whatever asks for it; no other clock is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from simulator.execution.clock import stop_clock
from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine_plan import bound_plan
from simulator.execution.errors import NotTranslatableError
from simulator.execution.one_row_oracles import refuse_one_row_oracles
from simulator.execution.one_row_oracles.functions import DRAW_AT_RANDOM, LISTED
from simulator.execution.translation.to_duckdb import to_duckdb
from simulator.execution.working_copy import WorkingCopy
from simulator.request import Table

MOMENT = datetime(2024, 2, 29, 23, 30, 1, 250, tzinfo=UTC)
AT, ON, CLOCK = MOMENT.replace(tzinfo=None), MOMENT.date(), MOMENT.time()


def asked(call: str, dialect: str) -> object:
    """Return what the engine answers a query that asks for the time."""
    tree = sqlglot.parse_one(f"SELECT {call} AS t", read=dialect)
    assert isinstance(tree, exp.Query)
    stop_clock(tree, {}, MOMENT)
    with DuckDBEngine() as engine:
        engine.lock()
        ((value,),) = engine.query(to_duckdb(tree, dialect, {})).rows
    return value


@pytest.mark.parametrize(
    ("dialect", "call", "answer"),
    [
        *(("spark", call, AT) for call in ("CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP()", "NOW()", "LOCALTIMESTAMP()")),
        *(("spark", call, ON) for call in ("CURRENT_DATE", "CURRENT_DATE()", "CURDATE()")),
        ("spark", "UNIX_TIMESTAMP()", int(MOMENT.timestamp())),
        ("spark", "DATE_FORMAT(CURRENT_TIMESTAMP, 'yyyy-MM-dd HH:mm:ss')", "2024-02-29 23:30:01"),
        ("spark", "DATEDIFF(CURRENT_DATE, DATE '2024-01-01')", 59),
        *(("redshift", call, AT) for call in ("GETDATE()", "SYSDATE", "CURRENT_TIMESTAMP", "NOW()")),
        ("redshift", "CURRENT_DATE", ON),
        *(("bigquery", call, AT) for call in ("CURRENT_TIMESTAMP()", "CURRENT_DATETIME()", "CURRENT_TIMESTAMP")),
        ("bigquery", "CURRENT_DATETIME('Asia/Tokyo')", AT + timedelta(hours=9)),
        ("bigquery", "CURRENT_DATE()", ON),
        ("bigquery", "CURRENT_DATE('Asia/Tokyo')", ON + timedelta(days=1)),
        ("bigquery", "CURRENT_TIME()", CLOCK),
    ],
)
def test_every_way_to_ask_gives_the_same_moment(dialect: str, call: str, answer: object) -> None:
    assert asked(call, dialect) == answer


@pytest.mark.parametrize(
    ("dialect", "call"),
    [
        *(("spark", call) for call in ("TIMEOFDAY()", "SYSDATE()", "AGE(DATE '2024-01-01')", "CURRENT_TIMEZONE()")),
        *(("spark", call) for call in ("TRANSACTION_TIMESTAMP()", "TODAY()", "NOW(1)", "UTC_TIMESTAMP()")),
        *(("bigquery", call) for call in ("CURRENT_DATE('Nowhere')", "CURRENT_DATE(city)", "CURRENT_TIMESTAMP(3)")),
    ],
)
def test_every_other_clock_is_refused(dialect: str, call: str) -> None:
    with pytest.raises(NotTranslatableError):
        asked(call, dialect)


@pytest.mark.parametrize("word", ["now", "today", "tomorrow", "yesterday"])
@pytest.mark.parametrize("kind", ["TIMESTAMP", "DATE"])
def test_words_for_times_are_no_times(word: str, kind: str) -> None:
    assert asked(f"CAST('{word}' AS {kind})", "spark") is None


@pytest.mark.parametrize("name", ["current_timestamp", "current_date", "localtime", "localtimestamp", "current_time"])
def test_a_column_that_is_not_there_is_no_clock(name: str) -> None:
    """The engine reads a name without a table as a function when there is no such column."""
    with DuckDBEngine() as engine, pytest.raises(NotTranslatableError):
        refuse_one_row_oracles(bound_plan(engine, f'SELECT "{name}"'))


def test_a_run_has_one_moment(copied: Callable[..., WorkingCopy], table: Callable[..., Table]) -> None:
    orders = table("orders", {"n": "int"})
    before = datetime.now(UTC)
    sql = "WITH c AS (SELECT CURRENT_TIMESTAMP AS a, n FROM orders) SELECT a, NOW() AS b FROM c WHERE n > 1"
    copy = copied(sql, [orders])
    written = copy.moment.strftime("%Y-%m-%d %H:%M:%S.%f")
    assert before <= copy.moment <= datetime.now(UTC)
    assert copy.tree.sql("duckdb").count(f"CAST('{written}' AS TIMESTAMP)") == 2


def test_no_listed_function_observes_the_engine() -> None:
    """Neither a clock nor a counter, a setting, a seed, a session or a file."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT DISTINCT function_name, stability, function_type, len(parameters) FROM duckdb_functions()"
        ).fetchall()
    observing = {name for name, stability, _, _ in rows if stability not in {"CONSISTENT", None}}
    assert {"now", "current_setting", "txid_current", "nextval", "getvariable", "setseed", "stats"} < observing
    assert LISTED & observing == DRAW_AT_RANDOM
    reading = {name for name, _, kind, _ in rows if kind in {"table", "pragma", "table_macro"}}
    assert LISTED & reading == {"unnest", "repeat"}, "an array, and the function of text of that name"
    # What needs no argument gives a constant, or looks at something else than its arguments.
    bare = {name for name, _, kind, parameters in rows if not parameters and kind in {"scalar", "macro"}}
    assert LISTED & bare == DRAW_AT_RANDOM | {"pi", "row", "struct_pack", "list_value", "+"}
