"""Loading the tables of a query into an engine, which is then locked."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.execution.engines.duckdb_engine import DuckDBEngine, quoted
from simulator.execution.loading.data import DataSource
from simulator.execution.working_copy import SCHEMA, WorkingCopy
from simulator.request import Table


def load_tables(
    copy: WorkingCopy, data: DataSource, engine: DuckDBEngine, tables: Mapping[str, Table] | None = None
) -> None:
    """Copy the tables that the query reads into the engine, then lock it.

    Args:
        copy: The query; its `needed` names the columns to load.
        data: Where the rows are.
        engine: The engine to load them into.
        tables: Internal name to table; None for all of the query's. For views, pass the base tables that they read.

    Raises:
        DataError: Rows are missing or do not fit their table.
    """
    tables = copy.tables if tables is None else tables
    targets = {internal: f"{quoted(SCHEMA)}.{quoted(internal)}" for internal in tables}
    for internal, table in tables.items():
        data.load(engine, table, list(copy.needed[table.name.lower()]), targets[internal])
    engine.lock(list(targets.values()))
