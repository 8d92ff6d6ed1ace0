"""The small interface behind which an engine runs SQL, and what it answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a result.

    Attributes:
        name: Its name, as the query gives it.
        type: Its type, as DuckDB writes it.
    """

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows with named, typed columns.

    Attributes:
        columns: The columns, in order.
        rows: The rows; every row has one Python value a column, None for NULL.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]

    def column(self, name: str) -> list[Any]:
        """Return the values of the column *name*, in row order."""
        index = [column.name for column in self.columns].index(name)
        return [row[index] for row in self.rows]

    def without_last_column(self) -> Relation:
        """Return the same rows without their last column."""
        return Relation(self.columns[:-1], tuple(row[:-1] for row in self.rows))


RUN = "run"
"""The schema of the tables that a run makes for itself. It is in no search path, and no query can name it."""

NOTHING: frozenset[str] = frozenset()
"""No table."""


class Engine(Protocol):
    """Where translated SQL runs. It holds the query's tables and can reach nothing else.

    Tables have names such as `run.rows`. Every SELECT is given exactly the tables that it may scan, *scans*: whatever
    its text says, and in whatever scope, the engine's own plan of it is refused when it scans another. Only where all
    of them are internal tables no plan is asked for: such a SELECT holds no word of a query, the run writes it itself.
    """

    def plan(self, sql: str) -> str:
        """Return the engine's plan of the SELECT *sql* before it is optimised, as JSON; no row is read.

        Raises:
            QueryFailedError: There is no such plan.
        """

    def query(self, sql: str, scans: Collection[str] = NOTHING) -> Relation:
        """Run one SELECT and fetch its rows.

        Raises:
            NotTranslatableError: It would scan another table than *scans*; nothing was read.
            QueryFailedError: The engine gave up.
        """

    def create(self, table: str, sql: str, scans: Collection[str] = NOTHING) -> None:
        """Keep the rows of the SELECT *sql* as the internal table *table*."""

    def define(self, table: str, sql: str, scans: Collection[str] = NOTHING) -> None:
        """Let the internal table *table* have the rows of the SELECT *sql*, found anew each time that it is scanned."""

    def append(self, table: str, sql: str, scans: Collection[str] = NOTHING) -> None:
        """Add the rows of the SELECT *sql* to the internal table *table*."""

    def drop(self, table: str) -> None:
        """Forget the internal table *table*."""

    def insert(self, table: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
        """Keep *rows* as the internal table *table* with the given columns."""
