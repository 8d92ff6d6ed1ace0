"""The small interface behind which an engine runs SQL, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
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


class Engine(Protocol):
    """Where translated SQL runs. It holds the query's tables and can reach nothing else."""

    def query(self, sql: str) -> Relation:
        """Run one SELECT and fetch its rows.

        Raises:
            QueryFailedError: The engine gave up.
        """

    def create(self, name: str, sql: str) -> None:
        """Keep the rows of the SELECT *sql* as the internal table *name*."""

    def append(self, name: str, sql: str) -> None:
        """Add the rows of the SELECT *sql* to the internal table *name*."""

    def drop(self, name: str) -> None:
        """Forget the internal table *name*."""

    def insert(self, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
        """Keep *rows* as the internal table *name* with the given columns."""
