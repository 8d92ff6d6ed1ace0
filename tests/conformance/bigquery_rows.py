"""What comes out of a BigQuery case: its rows, exactly or near their centre, by really running the query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from simulator.checks.context import QueryContext
from simulator.execution.errors import ExecutionError
from simulator.execution.loading.data import MemoryData
from simulator.execution.views.results import ViewRunResult
from simulator.execution.views.running import run_on_views
from simulator.privacy.rng import seeded
from tests.conformance.bigquery_cases import World

_SEED = 20_260_820
_TOLERANCE = 1e-6


def run_case(world: World, context: QueryContext, tables: Mapping[str, Any]) -> ViewRunResult:
    """Run a query that was put to *world* on the rows of a case file's tables; charges nothing.

    Raises:
        ExecutionError: It is not allowed, or cannot be run.
    """
    return run_on_views(world.room, context.request, rows_of(tables), booking=None, source=seeded(_SEED))


def rows_of(tables: Mapping[str, Any]) -> MemoryData:
    """Return the rows of a case file's tables."""
    return MemoryData(
        {
            name.lower(): [
                dict(zip((column for column, _ in table["columns"]), row, strict=True)) for row in table["rows"]
            ]
            for name, table in tables.items()
        }
    )


def row_mismatches(
    case: Mapping[str, Any], world: World, context: QueryContext, tables: Mapping[str, Any]
) -> list[str]:
    """Return what differs from the rows, columns or groups that a case expects; nothing when it expects none."""
    if not {"expected_rows", "expected_columns", "expected_center", "expected_groups"} & set(case):
        return []
    try:
        found = run_case(world, context, tables).answer
    except ExecutionError as error:
        return [f"cannot be run: {error}"]
    rows = [tuple(map(_plain, row)) for row in found.rows]
    columns = [column.name for column in found.columns]
    return list(_mismatches(case, rows, columns))


def _mismatches(case: Mapping[str, Any], rows: list[tuple[Any, ...]], columns: list[str]) -> Iterator[str]:
    if case.get("expected_columns", columns) != columns:
        yield f"the columns are {columns}; expected {case['expected_columns']}"
    wanted = case.get("expected_rows", case.get("expected_center"))
    if wanted is not None:
        expected = [tuple(row) for row in wanted]
        if not case.get("ordered"):
            rows, expected = sorted(rows, key=_order), sorted(expected, key=_order)
        tolerance = float(case.get("tolerance", _TOLERANCE))
        same = len(rows) == len(expected) and all(
            len(row) == len(other) and all(_is_near(a, b, tolerance) for a, b in zip(row, other, strict=True))
            for row, other in zip(rows, expected, strict=True)
        )
        if not same:
            yield f"the rows are {rows}; expected {expected}"
    groups = sorted({str(row[0]) for row in rows})
    if sorted(map(str, case.get("expected_groups", groups))) != groups:
        yield f"the groups are {groups}; expected {case['expected_groups']}"


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value


def _order(row: tuple[Any, ...]) -> str:
    """Exact values first, so that noise changes no order."""
    return repr([value for value in row if not isinstance(value, float)])


def _is_near(found: Any, expected: Any, tolerance: float) -> bool:  # noqa: ANN401 - a cell of any type
    if isinstance(expected, (int, float)) and isinstance(found, (int, float)) and not isinstance(expected, bool):
        return abs(found - expected) <= tolerance
    return bool(found == expected)
