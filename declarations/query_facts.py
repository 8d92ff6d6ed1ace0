"""Facts about a query: what it compares with literals, what it shows, where a single row can make it fail.

The SQL analysis of the simulator produces them; policies use them and never read SQL themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class UsedColumn:
    """A column of a table of the room, by lineage: aliases, CTEs and derived tables do not count.

    Attributes:
        table: The table's name in SQL.
        column: The column, lower case.
    """

    table: str
    column: str


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the text of a query.

    Attributes:
        line: From 1.
        column: From 1.
    """

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class LiteralComparison:
    """A condition that compares row-level values with literals of the query's author or parameters of its caller.

    Attributes:
        columns: What is compared.
        parameters: The template parameters that it is compared with; none: with literals only.
        position: Where.
    """

    columns: tuple[UsedColumn, ...]
    parameters: tuple[str, ...]
    position: Position


class Failure(StrEnum):
    """How an operation fails, which reveals that a row with such a value exists."""

    CONVERSION = "conversion"
    """The value cannot be converted."""
    OVERFLOW = "overflow"
    """The result is too large for its type."""
    DIVISION = "division"
    """The divisor is zero."""


@dataclass(frozen=True, slots=True)
class FallibleOperation:
    """An operation on the values of single rows that can fail at run time.

    Attributes:
        failure: How.
        operation: What it is called: `CAST`, `*`, `POWER`.
        columns: Whose values it computes with.
        position: Where.
    """

    failure: Failure
    operation: str
    columns: tuple[UsedColumn, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column of the result that shows row-level values, or values computed from single rows.

    A set operation has one per operand, even for an operand that shows no rows (a constant beside rows).

    Attributes:
        name: Its name in the result; empty when it has none.
        columns: Whose values it shows; counts, sums and means show none.
        position: Where.
        copies: The columns that it merely renames; none when it is computed.
        stands_for: The columns that it identifies: those that it renames, or maps one-to-one, as a hash does.
        beside: The tables whose rows appear beside it although no equality with these columns joins them.
    """

    name: str
    columns: tuple[UsedColumn, ...]
    position: Position
    copies: tuple[UsedColumn, ...] = ()
    stands_for: tuple[UsedColumn, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryFacts:
    """What one query does.

    Attributes:
        name: The query's or the template's name.
        followed: Whether the analysis understood the whole query; if not, the facts may be incomplete.
        tables: The tables of the room that it reads, by their names in SQL.
        literal_comparisons: In order of the text.
        fallible_operations: In order of the text.
        outputs: In order.
    """

    name: str
    followed: bool
    tables: tuple[str, ...] = ()
    literal_comparisons: tuple[LiteralComparison, ...] = ()
    fallible_operations: tuple[FallibleOperation, ...] = ()
    outputs: tuple[OutputColumn, ...] = ()
