"""The locked engine: no statement reaches a file, the network, an extension or a setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.execution.duckdb_engine import DuckDBEngine
from simulator.execution.engine import Column
from simulator.execution.errors import QueryFailedError

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
    file = tmp_path / "rows.csv"
    file.write_text("a\n1\n")
    with DuckDBEngine() as engine:
        engine.lock()
        with pytest.raises(QueryFailedError, match=r"^the engine could not finish the query$"):
            engine.query(statement.format(file=file))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.csv"]


def test_the_slow_and_faulty_window_rewrite_is_off() -> None:
    with DuckDBEngine() as engine:
        rows = engine.query("SELECT current_setting('disabled_optimizers')").rows
    assert rows == (("top_n_window_elimination",),)


def test_rows_go_in_and_out_unchanged() -> None:
    columns = [Column('odd "name"', "VARCHAR"), Column("list", "INTEGER[]")]
    with DuckDBEngine() as engine:
        engine.insert("t", columns, [("a'b", [1, 2]), (None, None)])
        relation = engine.query("SELECT * FROM t")
    assert relation.columns == tuple(columns)
    assert relation.rows == (("a'b", [1, 2]), (None, None))


def test_a_failure_tells_nothing_but_its_detail() -> None:
    with DuckDBEngine() as engine, pytest.raises(QueryFailedError) as caught:
        engine.query("SELECT CAST('secret' AS INT)")
    assert "secret" not in str(caught.value)
    assert "secret" in caught.value.detail
