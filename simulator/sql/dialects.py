"""Which of sqlglot's dialects each engine speaks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.request import QueryEngine

SPARK: Final = "spark"
REDSHIFT: Final = "redshift"
BIGQUERY: Final = "bigquery"
_DIALECTS: Final[Mapping[QueryEngine, str]] = MappingProxyType(
    {"SPARK": SPARK, "CLEAN_ROOMS_SQL": REDSHIFT, "BIGQUERY": BIGQUERY}
)


def dialect_of(engine: QueryEngine) -> str:
    """Return sqlglot's name of the dialect of *engine*."""
    return _DIALECTS[engine]
