"""How far everything except noise moves each cell of an answer from its exact value; for the data owner only.

The rest of the query is run twice: on the exact numbers, and on the numbers after limits and clamps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.execution.cell_noise import NoisyAnswer, only_name, run_rest_on
from simulator.execution.engines.engine import Engine
from simulator.execution.errors import LimitExceededError, QueryFailedError
from simulator.execution.results import ColumnBias


def column_bias(
    engine: Engine,
    answer: NoisyAnswer,
    exact: Mapping[str, NDArray[np.float64]],
    bounded: Mapping[str, NDArray[np.float64]],
) -> tuple[ColumnBias, ...]:
    """Return by how much every noisy output column changed before noise was added.

    Args:
        engine: Runs the rest of the query.
        answer: The answer.
        exact: Aggregate name to the exact number of every group that is shown; NaN where there is none.
        bounded: Aggregate name to the number of the same groups after limits and clamps, before noise.
    """
    values = {name: np.stack([exact[name], bounded[name]]) for name in bounded}
    computed = _computed(engine, answer, values)
    names = [column.name for column in answer.relation.columns]
    found = []
    for index in answer.noisy:
        alone = only_name(answer.items[index])
        cells = [_number(cell) for cell in (values[alone].ravel().tolist() if alone in values else computed[index])]
        size = len(cells) // 2
        pairs = [(cells[group], cells[size + group]) for group in answer.groups]
        found.append(
            ColumnBias(
                names[index],
                tuple(true for true, _ in pairs),
                tuple(None if true is None or free is None else free - true for true, free in pairs),
            )
        )
    return tuple(found)


def _computed(engine: Engine, answer: NoisyAnswer, values: Mapping[str, NDArray[np.float64]]) -> list[list[Any]]:
    """Return the cells of every output column: those of all exact groups, followed by those of all bounded ones."""
    size = next(iter(values.values())).size
    columns: list[list[Any]] = [[None] * size for _ in answer.items]
    is_needed = any(only_name(answer.items[index]) not in values for index in answer.noisy)
    try:
        rows = run_rest_on(engine, answer, answer.released, values) if size and is_needed else ()
    except LimitExceededError:
        raise
    except QueryFailedError:
        return columns
    for *cells, place in rows:
        for column, cell in zip(columns, cells, strict=True):
            column[int(place)] = cell
    return columns


def doubles(cells: Sequence[Any]) -> NDArray[np.float64]:
    """Return cells as numbers, NaN for NULL."""
    return np.array([np.nan if cell is None else float(cell) for cell in cells], np.float64)


def _number(cell: object) -> float | None:
    """Return a cell as a number; None for anything else: NULL, text, dates, NaN."""
    try:
        number = float(cell)  # type: ignore[arg-type] # what is no number raises TypeError
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None
