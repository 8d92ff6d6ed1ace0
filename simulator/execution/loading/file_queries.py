"""Queries of the engine about files, before their rows are loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.interruptible import interruptible
from simulator.execution.errors import DataError


def query_files(engine: DuckDBEngine, table: str, sql: str, path: Path | None = None) -> list[tuple[Any, ...]]:
    """Run a query about the files of a table, and return its rows.

    Args:
        engine: The engine.
        table: SQL name of the table, for messages.
        sql: The query.
        path: Where the files are, for messages; None if they are not the user's.

    Raises:
        DataError: They cannot be read.
    """
    try:
        return interruptible(lambda: engine.connection.execute(sql).fetchall(), engine.connection.interrupt)
    except duckdb.Error as error:
        first = str(error).partition("\n")[0]
        raise DataError(table, f"its rows cannot be read: {first}", path) from error
