"""A run is rehearsed on tables without rows before it is charged: what fails there fails whatever the rows.

It is refused then, in clear words: nothing of a row can be in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine_plan import refused
from simulator.execution.engines.limits import EngineLimits
from simulator.execution.errors import LimitExceededError, QueryFailedError
from simulator.execution.loading.data import MemoryData
from simulator.request import Table


def without_rows(tables: Mapping[str, Table]) -> MemoryData:
    """Return data in which each of *tables* is empty."""
    return MemoryData({table.name.lower(): () for table in tables.values()})


def rehearse(run: Callable[[DuckDBEngine], object], limits: EngineLimits) -> None:
    """Run once on tables without rows; every failure is a refusal.

    Args:
        run: Makes the tables in an engine of their own, and does all that is going to be done.
        limits: What the rehearsal may take from the machine: as much as the run.

    Raises:
        NotTranslatableError: The query cannot be run, whatever the rows.
        LimitExceededError: It wants more than it may take even without rows.
        ExecutionError: What else the run raises before it looks at rows.
    """
    try:
        with DuckDBEngine(limits=limits) as engine:
            run(engine)
    except LimitExceededError:
        raise
    except QueryFailedError as error:
        raise refused(error.detail or str(error)) from error
