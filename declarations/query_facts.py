"""What a query does, as facts: what it compares with literals, what it shows, where one row can make it fail.

Whoever can resolve SQL states them; policies judge by them without reading SQL themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class UsedColumn:
    """A column of a table of the room, by lineage: aliases, CTEs and derived tables do not count."""

    table: str
    """The table's name in SQL."""
    column: str
    """The column, lower case."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the text of a query."""

    line: int
    """From 1."""
    column: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class LiteralComparison:
    """A condition that compares the values of single rows with what the query's author, or its caller, writes."""

    columns: tuple[UsedColumn, ...]
    """What is compared."""
    parameters: tuple[str, ...]
    """The template parameters that it is compared with; none: with literals only."""
    position: Position
    """Where."""


class Failure(StrEnum):
    """How an operation fails, and by failing tells that a row with such a value exists."""

    CONVERSION = "conversion"
    """The value cannot be converted."""
    OVERFLOW = "overflow"
    """The result is too large for its type."""
    DIVISION = "division"
    """The divisor is zero."""


@dataclass(frozen=True, slots=True)
class FallibleOperation:
    """An operation on the values of single rows that can fail at run time."""

    failure: Failure
    """How."""
    operation: str
    """What it is called: `CAST`, `*`, `POWER`."""
    columns: tuple[UsedColumn, ...]
    """Whose values it computes with."""
    position: Position
    """Where."""


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column of the result that shows values of single rows, whatever is computed from them.

    Of a set operation there is one for each operand, also for one that shows none: a constant beside rows.
    """

    name: str
    """Its name in the result; empty when it has none."""
    columns: tuple[UsedColumn, ...]
    """Whose values it shows; counts, sums and means show none."""
    position: Position
    """Where."""
    copies: tuple[UsedColumn, ...] = ()
    """The columns that it merely renames; none when it is computed."""
    stands_for: tuple[UsedColumn, ...] = ()
    """The columns that it renames, or whose values it tells apart by a function that is one-to-one, as a hash is."""
    beside: tuple[str, ...] = ()
    """The tables whose rows stand beside it though no equality with what it stands for joins them."""


@dataclass(frozen=True, slots=True)
class QueryFacts:
    """What one query does."""

    name: str
    """The query's or the template's name."""
    followed: bool
    """Whether all of it could be followed; if not, what is missing here may still be there."""
    tables: tuple[str, ...] = ()
    """The tables of the room that it reads, by their names in SQL."""
    literal_comparisons: tuple[LiteralComparison, ...] = ()
    """In order of the text."""
    fallible_operations: tuple[FallibleOperation, ...] = ()
    """In order of the text."""
    outputs: tuple[OutputColumn, ...] = ()
    """In order."""
