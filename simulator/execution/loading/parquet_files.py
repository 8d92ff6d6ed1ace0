# ruff: noqa: S608 - file names are literals; no other text enters the SQL
"""Parquet files of one table: each has a schema of its own, which must not affect how the others are read."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from os import SEEK_END
from pathlib import Path
from typing import Final

from simulator.execution.engines.duckdb_engine import DuckDBEngine, literal
from simulator.execution.errors import DataError
from simulator.execution.loading.file_queries import query_files

_MARKS: Final = (b"PAR1", b"PARE")
_MARK: Final = 4
"""Bytes of a mark."""


def parquet_scan(files: Sequence[Path]) -> str:
    """Return SQL that reads *files*, which have the same schema."""
    return f"read_parquet({_names(files)}, hive_partitioning = false)"


def group_by_schema(engine: DuckDBEngine, table: str, files: Sequence[Path], path: Path | None) -> list[list[Path]]:
    """Return *files* in groups that have the same schema.

    Read together, files of different schemas would get one common type for each column: a single file with
    floating-point numbers would round the integers of all others.

    Args:
        engine: Reads the schemas, and no row.
        table: SQL name of the table, for messages.
        files: The files.
        path: Where they are, for messages; None if they are not the user's.

    Raises:
        DataError: They cannot be read, or one is not a whole Parquet file.
    """
    for file in files:
        if not _is_whole(file):
            message = (
                f"{file} is not a whole Parquet file, which begins and ends with PAR1; copy it again if it was cut, and"
                " name a file by its own format: .csv, .json or .parquet"
            )
            raise DataError(table, message, file)
    stated = query_files(
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


def _is_whole(file: Path) -> bool:
    """Tell whether a file has the marks of the format, also those of an encrypted footer, at both ends."""
    with file.open("rb") as opened:
        first = opened.read(_MARK)
        opened.seek(max(0, opened.seek(0, SEEK_END) - _MARK))
        return first in _MARKS and opened.read(_MARK) in _MARKS


def _names(files: Sequence[Path]) -> str:
    # A file name is not a pattern, whatever characters it holds.
    return f"[{', '.join(literal(glob.escape(str(file))) for file in files)}]"
