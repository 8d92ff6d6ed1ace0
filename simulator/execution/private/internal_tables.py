"""The tables that a run makes for itself on the way to its noisy sums."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from simulator.execution.engines.engine import Column, Engine


class InternalTables:
    """Keeps tables in an engine until they are dropped, all together, before the rest of the query runs.

    Args:
        engine: Holds them, beside the tables of the query.

    Attributes:
        engine: The same.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._names: list[str] = []

    def create(self, name: str, sql: str, scans: Collection[str]) -> None:
        """Keep the rows of the SELECT *sql*, which may scan *scans*, as the table *name*."""
        self.engine.create(name, sql, scans)
        self._names.append(name)

    def define(self, name: str, sql: str, scans: Collection[str]) -> None:
        """Let *name* have the rows of the SELECT *sql*, which may scan *scans*, anew each time that it is scanned."""
        self.engine.define(name, sql, scans)
        self._names.append(name)

    def insert(self, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
        """Keep *rows* as the table *name* with the given columns."""
        self.engine.insert(name, columns, rows)
        self._names.append(name)

    def drop(self) -> None:
        """Drop every table that is kept."""
        for name in self._names:
            self.engine.drop(name)
        self._names.clear()
