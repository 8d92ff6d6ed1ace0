"""Questions to the engine about files, before their rows are loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.interruptible import interruptible
from simulator.execution.errors import DataError


def looked_at(engine: DuckDBEngine, table: str, sql: str, path: Path | None = None) -> list[tuple[Any, ...]]:
    """Return what the engine says of the files of a table.

    Args:
        engine: The engine.
        table: SQL name of the table, for messages.
        sql: The question.
        path: Where the files are, for messages; None for objects that are in no file of the user.

    Raises:
        DataError: They cannot be read.
    """
    try:
        return interruptible(lambda: engine.connection.execute(sql).fetchall(), engine.connection.interrupt)
    except duckdb.Error as error:
        first = str(error).partition("\n")[0]
        raise DataError(table, f"its rows cannot be read: {first}", path) from error
