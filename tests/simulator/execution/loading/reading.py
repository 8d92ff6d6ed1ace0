"""Rows that are written to files and loaded again."""

from __future__ import annotations

from pathlib import Path

import duckdb

from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine import Relation
from simulator.execution.loading.data import DataSource
from simulator.request import Table


def loaded(source: DataSource, table: Table, columns: list[str] | None = None) -> Relation:
    """Load columns of a table, all by default, and return its rows in order."""
    with DuckDBEngine() as engine:
        source.load(engine, table, columns if columns is not None else list(table.columns), "data.t")
        engine.lock()
        return engine.query("SELECT * FROM data.t ORDER BY ALL", {"data.t"})


def write(path: Path, sql: str) -> None:
    """Write the rows of a SELECT to a file of the format that its ending names."""
    path.parent.mkdir(exist_ok=True)
    duckdb.connect().execute(f"COPY ({sql}) TO '{path}'")
