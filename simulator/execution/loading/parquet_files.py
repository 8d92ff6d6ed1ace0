# ruff: noqa: S608 - file names are literals; no other text enters the SQL
"""Parquet files of one table: each states types of its own, and none may decide how another is read."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path

from simulator.execution.engines.duckdb_engine import DuckDBEngine, literal
from simulator.execution.loading.looking import looked_at


def parquet_scan(files: Sequence[Path]) -> str:
    """Return SQL that reads *files*, which state their columns alike."""
    return f"read_parquet({_names(files)})"


def stated_alike(engine: DuckDBEngine, table: str, files: Sequence[Path], path: Path | None) -> list[list[Path]]:
    """Return *files* in groups that state the same columns of the same types.

    Read together, files of different types would all get the type that holds every value: a single file with numbers of
    the machine would round the whole numbers of all others.

    Args:
        engine: Reads what the files state, and no row.
        table: SQL name of the table, for messages.
        files: The files.
        path: Where they are, for messages; None for objects that are in no file of the user.

    Raises:
        DataError: They cannot be read.
    """
    stated = looked_at(
        engine,
        table,
        "SELECT file_name, CAST(list((name, duckdb_type, num_children) ORDER BY column_id) AS VARCHAR) "
        f"FROM parquet_schema({_names(files)}) GROUP BY file_name",
        path,
    )
    columns = dict(stated)
    groups: dict[str, list[Path]] = {}
    for file in files:
        groups.setdefault(columns[str(file)], []).append(file)
    return list(groups.values())


def _names(files: Sequence[Path]) -> str:
    # A file name is not a pattern, whatever characters it holds.
    return f"[{', '.join(literal(glob.escape(str(file))) for file in files)}]"
