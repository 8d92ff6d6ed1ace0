"""The interface of an engine that runs SQL, and the relations that it returns."""

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
        rows: The rows; every row has one Python value for each column, None for NULL.
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
"""The schema of the run's internal tables. It is not in the search path, and no query can name it."""

NOTHING: frozenset[str] = frozenset()
"""No table."""


class Engine(Protocol):
    """Where translated SQL runs. It holds the query's tables and can reach nothing else.

    Tables have names such as `run.rows`. Every SELECT comes with the tables that it may scan, *scans*; if the engine's
    plan scans any other, the SELECT is refused, whatever its text says. The plan is not checked when *scans* holds
    internal tables only: such a SELECT contains no part of a user's query.
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
            QueryFailedError: The engine could not finish.
        """

    def create(self, table: str, sql: str, scans: Collection[str] = NOTHING) -> None:
        """Store the rows of the SELECT *sql* as the internal table *table*."""

    def define(self, table: str, sql: str, scans: Collection[str] = NOTHING) -> None:
        """Create the view *table* of the SELECT *sql*, which is evaluated again whenever the view is scanned."""

    def append(self, table: str, sql: str, scans: Collection[str] = NOTHING) -> None:
        """Add the rows of the SELECT *sql* to the internal table *table*."""

    def drop(self, table: str) -> None:
        """Drop the internal table or view *table*."""

    def insert(self, table: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
        """Store *rows* as the internal table *table* with the given columns."""
