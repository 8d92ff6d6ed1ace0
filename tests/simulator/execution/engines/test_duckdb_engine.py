"""The locked engine: no statement reaches a file, the network, an extension or a setting."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pytest

from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine import Column
from simulator.execution.engines.limits import EngineLimits
from simulator.execution.errors import LimitExceededError, NotTranslatableError, QueryFailedError
from simulator.privacy.rng import RandomSource, seeded

DOORS = (
    "SELECT * FROM read_csv('{file}')",
    "SELECT * FROM read_text('{file}')",
    "SELECT * FROM '{file}'",
    "SELECT * FROM parquet_scan('{file}')",
    "SELECT * FROM glob('/*')",
    "COPY (SELECT 1) TO '{file}.out'",
    "EXPORT DATABASE '{file}.out'",
    "ATTACH '{file}.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SELECT * FROM read_csv('https://example.com/a.csv')",
    "SELECT getenv('HOME')",
    "SET threads = 1",
    "SET enable_external_access = true",
    "RESET lock_configuration",
)


@pytest.mark.parametrize("statement", DOORS)
def test_every_door_is_locked(statement: str, tmp_path: Path) -> None:
    """By DuckDB's own locks, and once more by the plan that each statement must have."""
    file = tmp_path / "rows.csv"
    file.write_text("a\n1\n")
    with DuckDBEngine() as engine:
        engine.lock()
        with pytest.raises(duckdb.Error):
            engine.connection.execute(statement.format(file=file))
        with pytest.raises(NotTranslatableError):
            engine.query(statement.format(file=file))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.csv"]


def test_optimisers_that_are_faulty_or_compute_outside_of_try_are_off() -> None:
    with DuckDBEngine() as engine:
        ((names,),) = engine.query("SELECT current_setting('disabled_optimizers')").rows
    assert set(names.split(",")) == {"top_n_window_elimination", "common_subexpressions", "in_clause"}


@contextmanager
def _ctrl_c() -> Iterator[None]:
    """Press it in half a second."""
    timer = threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    try:
        yield
    finally:
        timer.join()


@pytest.mark.parametrize("reproducible", [False, True])
def test_ctrl_c_while_a_statement_runs_ends_it(*, reproducible: bool) -> None:
    """Whichever thread of the engine works on it, and long before its time is over."""
    limits = EngineLimits(seconds=300)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt), _ctrl_c(), DuckDBEngine(limits=limits, reproducible=reproducible) as engine:
        engine.query("SELECT sum(hash(a.range + b.range)) FROM range(1000000) AS a, range(1000000) AS b")
    assert time.monotonic() - began < 100


def test_ctrl_c_where_the_asking_thread_works_is_ctrl_c() -> None:
    """DuckDB passes it on as a RuntimeError, which would look like a failure of the engine."""
    with pytest.raises(KeyboardInterrupt), _ctrl_c(), DuckDBEngine(reproducible=True) as engine:
        engine.connection.execute(ENDLESS)


def test_secret_draws_depend_on_the_key_and_look_uniform() -> None:
    """With the engine's own generator known, the key alone decides; every row draws anew."""
    drawn = []
    for word in (0, 1):
        source = RandomSource("a known key", is_secure=True, words=partial(np.full, fill_value=word, dtype=np.uint64))
        with DuckDBEngine(reproducible=True) as engine:
            engine.seed(0.5)
            engine.draw_secretly(source)
            engine.create("t", "SELECT random() AS r, uuid() AS u FROM range(20000)")
            ((rows, numbers, ids, mean, square, low, high),) = engine.query(
                "SELECT count(*), count(DISTINCT r), count(DISTINCT u), avg(r), avg(r * r), min(r), max(r) FROM run.t"
            ).rows
            drawn.append(engine.query("SELECT r, u FROM run.t LIMIT 3").rows)
        assert rows == numbers == ids
        assert mean == pytest.approx(1 / 2, abs=0.01)
        assert square == pytest.approx(1 / 3, abs=0.01)
        assert 0 <= low < 0.001
        assert 0.999 < high < 1
    assert not set(drawn[0]) & set(drawn[1])


def test_a_seeded_run_repeats_its_random_numbers() -> None:
    answers = []
    for _ in range(2):
        with DuckDBEngine(reproducible=True) as engine:
            engine.seed(0.5)
            engine.draw_secretly(seeded(1))
            answers.append(engine.query("SELECT random() FROM range(3)").rows)
    assert answers[0] == answers[1]


def test_rows_go_in_and_out_unchanged() -> None:
    columns = [Column('odd "name"', "VARCHAR"), Column("list", "INTEGER[]")]
    with DuckDBEngine() as engine:
        engine.insert("t", columns, [("a'b", [1, 2]), (None, None)])
        relation = engine.query("SELECT * FROM run.t")
    assert relation.columns == tuple(columns)
    assert relation.rows == (("a'b", [1, 2]), (None, None))


def test_a_failure_tells_nothing_but_its_detail() -> None:
    with DuckDBEngine() as engine, pytest.raises(QueryFailedError) as caught:
        engine.query("SELECT CAST('secret' AS INT)")
    assert "secret" not in str(caught.value)
    assert "secret" in caught.value.detail


ENDLESS = "SELECT sum(hash(a.i * b.i)) FROM range(1000000000) AS a(i), range(1000000000) AS b(i)"


def test_a_query_ends_when_its_time_is_over() -> None:
    began = time.perf_counter()
    with DuckDBEngine(limits=EngineLimits(seconds=0.3)) as engine, pytest.raises(LimitExceededError) as caught:
        engine.query(ENDLESS)
    assert time.perf_counter() - began < 20
    assert caught.value.limit == "seconds"
    assert str(caught.value) == (
        "the query runs longer than the 0.3 seconds that are allowed; ask for less, or set CLEANROOM_QUERY_SECONDS "
        "higher"
    )


def test_time_that_is_over_between_two_statements_ends_the_next() -> None:
    with DuckDBEngine(limits=EngineLimits(seconds=0.05)) as engine:
        time.sleep(0.2)
        with pytest.raises(LimitExceededError, match=r"0\.05 seconds"):
            engine.query(ENDLESS)


def test_loading_ends_with_the_same_words() -> None:
    """What reads files talks to the connection itself, and has words of its own for its errors."""
    with pytest.raises(LimitExceededError, match="longer than"), DuckDBEngine(limits=EngineLimits(seconds=0.2)) as one:
        one.connection.execute(f"CREATE TABLE t AS {ENDLESS}")


def test_no_thread_is_left_behind() -> None:
    before = threading.active_count()
    for _ in range(20):
        with DuckDBEngine(limits=EngineLimits(seconds=60)) as engine:
            engine.query("SELECT 1")
    assert threading.active_count() == before


WIDE = "SELECT hash(i) AS h, hash(i + 1) AS k FROM range(20000000) AS r(i)"


def test_a_query_gets_no_more_memory_than_allowed() -> None:
    with DuckDBEngine(limits=EngineLimits(memory="50MB")) as engine:
        with pytest.raises(LimitExceededError) as caught:
            engine.create("t", WIDE)
        assert engine.query("SELECT 1").rows == ((1,),)
    assert caught.value.limit == "memory"
    assert str(caught.value) == (
        "the query needs more memory than the 50MB that is allowed; ask for less, set CLEANROOM_QUERY_MEMORY higher, "
        "or let it use disk with CLEANROOM_QUERY_DISK"
    )


def test_disk_is_used_only_when_allowed_and_only_so_much() -> None:
    small = EngineLimits(memory="60MB", disk="20MB")
    with DuckDBEngine(limits=small) as engine, pytest.raises(LimitExceededError) as caught:
        engine.create("t", WIDE)
    assert caught.value.limit == "disk"
    assert "the 60MB of memory and 20MB of disk that are allowed" in str(caught.value)
    with DuckDBEngine(limits=EngineLimits(memory="60MB", disk="1GB")) as engine:
        engine.create("t", f"{WIDE} LIMIT 8000000")
        assert engine.query("SELECT count(*) FROM run.t").rows == ((8_000_000,),)


def test_rows_on_disk_are_behind_the_locked_door_and_go_with_the_run() -> None:
    with DuckDBEngine(limits=EngineLimits(memory="60MB", disk="1GB")) as engine:
        (folder,) = engine.query("SELECT current_setting('temp_directory')").rows[0]
        engine.create("t", f"{WIDE} LIMIT 8000000")
        engine.lock()
        assert any(Path(folder).iterdir())
        with pytest.raises(duckdb.Error, match="locked"):
            engine.connection.execute("SET temp_directory = '/tmp'")
    assert not Path(folder).exists()


@pytest.mark.parametrize(("rows", "threads", "bits"), [(10, 1, 12), (10_000, 1, 13), (10_000, 2, 12)])
def test_arrays_for_grouping_are_no_larger_than_the_table(rows: int, threads: int, bits: int) -> None:
    with DuckDBEngine() as engine:
        engine.connection.execute(f"SET threads = {threads}")
        engine.create("t", f"SELECT i FROM range({rows}) AS r(i)")
        engine.lock(["run.t"])
        assert engine.query("SELECT current_setting('perfect_ht_threshold')").rows == ((bits,),)
