"""Small rows for tables of which only the columns are known: few distinct values, some NULL, the same in every run."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from simulator.execution.loading.column_types import duckdb_type

ROWS = 40
_NULLS = 0.1
_WORDS = ("tv", "web", "c1", "c2", "gold", "silver", "R1", "10001", "Rom", " a ", "", "12", "7.5", "2026-01-05")


def rows_of(name: str, columns: Mapping[str, str], count: int = ROWS) -> list[dict[str, Any]]:
    """Return *count* rows of the table *name*."""
    source = random.Random(name)  # noqa: S311 - rows of a test
    return [{column: _value(source, column, kind) for column, kind in columns.items()} for _ in range(count)]


def _value(source: random.Random, column: str, declared: str) -> object:
    if source.random() < _NULLS:
        return None
    kind = duckdb_type(declared)
    if kind == "VARCHAR" and (column == "id" or any(part in column for part in ("key", "_id", "id_"))):
        return f"k{source.randrange(12)}"
    maker = _MAKERS.get(kind.partition("(")[0])
    if maker is None and kind.endswith("[]"):
        return [source.choice(_WORDS) for _ in range(source.randrange(3))]
    return maker(source) if maker is not None else None


_MAKERS: dict[str, Callable[[random.Random], object]] = {
    "VARCHAR": lambda source: source.choice(_WORDS),
    "INTEGER": lambda source: source.randrange(-3, 30),
    "BIGINT": lambda source: source.randrange(-3, 30),
    "SMALLINT": lambda source: source.randrange(-3, 30),
    "TINYINT": lambda source: source.randrange(-3, 30),
    "DECIMAL": lambda source: Decimal(source.randrange(-400, 4000)) / 100,
    "DOUBLE": lambda source: source.randrange(-40, 400) / 8,
    "FLOAT": lambda source: source.randrange(-40, 400) / 8,
    "BOOLEAN": lambda source: source.random() < 0.5,
    "DATE": lambda source: date(2026, 1, 1) + timedelta(days=source.randrange(90)),
    "TIMESTAMP": lambda source: datetime(2026, 1, 1, 8, 30) + timedelta(minutes=source.randrange(100_000)),  # noqa: DTZ001 - no zone
}
