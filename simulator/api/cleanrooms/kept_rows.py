"""Files of stored rows: versions of intermediate tables, and query results for Clean Rooms ML.

Source: userguide/intermediate-table-lifecycle.
"""

from __future__ import annotations

from pathlib import Path

from simulator.api.world import WORLD


def rows_file(name: str) -> Path:
    """Return the file of stored rows.

    Args:
        name: Id of a version of an intermediate table, or of a query for Clean Rooms ML.
    """
    folder = WORLD.folder / "intermediate_tables"
    folder.mkdir(exist_ok=True)
    return folder / f"{name}.parquet"


def delete_rows(name: str | None) -> None:
    """Delete stored rows, if there are any.

    Args:
        name: As for `rows_file`; None for nothing.
    """
    if name is not None:
        rows_file(name).unlink(missing_ok=True)
