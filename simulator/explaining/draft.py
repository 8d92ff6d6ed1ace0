"""A query under construction: parts that can be exchanged, written as SQL at the end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

import sqlglot
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import TokenType

from simulator.request import QueryEngine, Table
from simulator.sql.dialects import REDSHIFT, SPARK


@dataclass(frozen=True, slots=True)
class Match:
    """A table that is joined by one equality.

    Attributes:
        table: The table that is added.
        column: Its column.
        other: An earlier table of the query.
        other_column: That table's column.
    """

    table: Table
    column: str
    other: Table
    other_column: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One SELECT, in parts. Every part is SQL text, columns written by `column`.

    Attributes:
        table: The first table of FROM.
        items: The select list.
        joins: The inner joins, in order.
        distinct: True for SELECT DISTINCT.
        where: Conditions that must all hold.
        group: Keys of GROUP BY.
        order: Keys of ORDER BY.
        engine: SPARK or CLEAN_ROOMS_SQL; decides how names are quoted.
    """

    table: Table
    items: tuple[str, ...] = ()
    joins: tuple[Match, ...] = ()
    distinct: bool = False
    where: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    engine: QueryEngine = "SPARK"

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, in order."""
        return (self.table, *(match.table for match in self.joins))

    def column(self, table: Table, name: str) -> str:
        """Return the column *name* of *table* as SQL, qualified by the table's name."""
        return f"{written(table.name, self.engine)}.{written(name, self.engine)}"

    def sql(self) -> str:
        """Return the query as SQL, one clause per line."""
        lines = [f"SELECT {'DISTINCT ' if self.distinct else ''}{', '.join(self.items)}"]
        lines.append(f"FROM {written(self.table.name, self.engine)}")
        for match in self.joins:
            sides = self.column(match.other, match.other_column), self.column(match.table, match.column)
            lines.append(f"JOIN {written(match.table.name, self.engine)} ON {' = '.join(sides)}")
        if self.where:
            lines.append(f"WHERE {' AND '.join(self.where)}")
        if self.group:
            lines.append(f"GROUP BY {', '.join(self.group)}")
        if self.order:
            lines.append(f"ORDER BY {', '.join(self.order)}")
        return "\n".join(lines)

    def grouped(self, *keys: str) -> Draft:
        """Return the draft with further keys of GROUP BY."""
        return replace(self, group=tuple(dict.fromkeys((*self.group, *keys))))

    def showing(self, *items: str) -> Draft:
        """Return the draft with further select items."""
        return replace(self, items=tuple(dict.fromkeys((*self.items, *items))))


@lru_cache(maxsize=4096)
def written(name: str, engine: QueryEngine) -> str:
    """Return *name* as an identifier, quoted only if the engine would misread it otherwise."""
    dialect, mark = (SPARK, "`") if engine == "SPARK" else (REDSHIFT, '"')
    try:
        tokens = sqlglot.tokenize(name, read=dialect)
    except SqlglotError:
        tokens = []
    if len(tokens) == 1 and tokens[0].token_type is TokenType.VAR and name.isascii():
        return name
    return f"{mark}{name.replace(mark, mark * 2)}{mark}"


class Family(StrEnum):
    """The kind of values of a column type, as far as examples need it."""

    TEXT = "text"
    NUMBER = "number"
    TIME = "time"
    OTHER = "other"


_FAMILIES = {
    Family.NUMBER: "tinyint smallint int integer bigint long decimal numeric dec double float real byte short",
    Family.TEXT: "string varchar char character text nvarchar bpchar",
    Family.TIME: "date timestamp timestamp_ntz timestamp_ltz timestamptz",
}
_FAMILY_OF = {word: family for family, words in _FAMILIES.items() for word in words.split()}
_LITERALS = {Family.NUMBER: "1", Family.TIME: "'2024-01-01'"}


def family(declared: str) -> Family:
    """Return the family of a declared column type."""
    word = declared.lower().replace("(", " ").replace("<", " ").split()
    return _FAMILY_OF.get(word[0], Family.OTHER) if word else Family.OTHER


def literal(declared: str) -> str:
    """Return a literal that a column of that type may be compared with."""
    return _LITERALS.get(family(declared), "'A'")
