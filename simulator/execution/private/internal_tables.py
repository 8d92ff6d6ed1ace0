"""The temporary tables from which a run computes its noisy sums."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from simulator.execution.engines.engine import Column, Engine


class InternalTables:
    """Temporary tables in an engine; `drop` removes them all before the rest of the query runs.

    Args:
        engine: The engine that holds them, beside the tables of the query.

    Attributes:
        engine: The engine.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._names: list[str] = []

    def create(self, name: str, sql: str, scans: Collection[str]) -> None:
        """Store the rows of the SELECT *sql*, which may scan *scans*, as the table *name*."""
        self.engine.create(name, sql, scans)
        self._names.append(name)

    def define(self, name: str, sql: str, scans: Collection[str]) -> None:
        """Create the view *name* of the SELECT *sql*, which may scan *scans* and is evaluated again at each scan."""
        self.engine.define(name, sql, scans)
        self._names.append(name)

    def insert(self, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
        """Store *rows* as the table *name* with the given columns."""
        self.engine.insert(name, columns, rows)
        self._names.append(name)

    def drop(self) -> None:
        """Drop all of these tables and views."""
        for name in self._names:
            self.engine.drop(name)
        self._names.clear()
