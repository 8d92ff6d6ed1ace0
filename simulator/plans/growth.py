"""Tables that grow by the same number of users and rows every month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from declarations.frequency import DAYS_PER_MONTH
from declarations.plan import TableGrowth
from simulator.plans.horizon import SECONDS_PER_DAY
from simulator.request import Table

Growths = Mapping[str, TableGrowth]
"""Growth by lower-case SQL name; tables not named stay as they are."""


def users_factor(growths: Growths, tables: Iterable[Table], second: float) -> float:
    """Return users at *second* divided by users at the start, for the slowest growing table, since joins need all."""
    return min((_factor(growths.get(table.name.lower()), "users", second) for table in tables), default=1.0)


def rows_factor(growths: Growths, tables: Iterable[Table], second: float) -> float:
    """Return rows at *second* divided by rows at the start, for the fastest growing table, which sets the run time."""
    return max((_factor(growths.get(table.name.lower()), "rows", second) for table in tables), default=1.0)


def _factor(growth: TableGrowth | None, name: str, second: float) -> float:
    if growth is None:
        return 1.0
    start, monthly = getattr(growth, name), getattr(growth, f"{name}_per_month")
    months = second / SECONDS_PER_DAY / DAYS_PER_MONTH
    return 1.0 if start is None else float(1 + monthly * months / start)
