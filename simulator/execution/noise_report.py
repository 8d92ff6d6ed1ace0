"""How wide the noise is in every cell that the user sees.

Counts and sums have the width of their noise distribution. For anything computed from several released numbers
(averages, deviations, ratios) fresh noise is added to the released numbers many times and the query's rest is run on
each; the width is the 95 % quantile of how far a cell moves. Only released numbers are used: nothing is charged.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from simulator.execution.engine import Column, Engine, Relation
from simulator.execution.grid import Grid
from simulator.execution.noisy_values import Released
from simulator.execution.private_query import NOISY, ROW_NUMBER
from simulator.execution.private_run import PrivateRun
from simulator.execution.results import ColumnNoise
from simulator.execution.translation import to_duckdb
from simulator.privacy.mechanisms import Mechanism

PROBABILITY = 0.95
_REPLICAS = 200
_MOST_ROWS = 16_000
MOST_GROUPS = 320
"""Rows of an answer for which widths are simulated; further rows get none."""
_REPLICATED = "replicas"

Values = Callable[[Mapping[str, NDArray[np.float64]]], Mapping[str, NDArray[np.float64]]]


def noise_of(
    engine: Engine,
    run: PrivateRun,
    released: Released,
    widths: Mapping[str, float],
    values: Values,
    draw: Callable[[int], Mapping[str, NDArray[np.int64]]],
    answer: Relation,
) -> tuple[ColumnNoise, ...]:
    """Return the noise of every output column that depends on a released number.

    Args:
        engine: Runs the rest of the query on the replicas.
        run: The run that the numbers are of.
        released: The groups that were shown.
        widths: Aggregate name to half-width in its unit, for aggregates that are one noisy number (counts, sums).
        values: From statistic name to aggregate name, each with numbers of shape (n,).
        draw: Draws fresh noise: from a number of draws to statistic name and NDArray[np.int64] of shape (number,).
        answer: What the rest of the query gave; its last column numbers the groups.
    """
    items = [item.unalias() for item in run.query.rest.expressions[:-1]]
    names = [column.name for column in answer.columns]
    groups = [int(row[-1]) for row in answer.rows]
    noisy = [index for index, item in enumerate(items) if _is_noisy(item)]
    derived = [index for index in noisy if _only_name(items[index]) not in widths]
    moved = {}
    if derived and groups:
        replicas = _replicas(released.only(groups[:MOST_GROUPS]), values, draw)
        aggregates = {index: str(_only_name(items[index])) for index in derived if _only_name(items[index])}
        moved = {
            (index, groups[place]): width
            for index, name in aggregates.items()
            for place, width in enumerate(replicas.distances(name))
            if width is not None
        }
        if len(aggregates) < len(derived):
            moved |= _moved(engine, run, replicas, answer)
    found = []
    for index in noisy:
        width = widths.get(_only_name(items[index]) or "")
        cells = tuple(width for _ in groups) if width is not None else tuple(moved.get((index, g)) for g in groups)
        known = [cell for cell in cells if cell is not None]
        middle = width if width is not None else (float(np.median(known)) if known else None)
        found.append(ColumnNoise(names[index], middle, cells, exact=width is not None))
    return tuple(found)


def half_width(mechanism: Mechanism, grid: Grid | None, factor: int) -> float:
    """Return the 95 % half-width of a noisy count, or of a noisy sum over a grid, in the column's unit."""
    steps = mechanism.interval(PROBABILITY)
    return float(steps if grid is None else steps * factor * grid.step)


def _is_noisy(item: exp.Expr) -> bool:
    return any(column.name.startswith("a") for column in item.find_all(exp.Column) if column.table == NOISY)


def _only_name(item: exp.Expr) -> str | None:
    bare = item.unnest()
    return bare.name if isinstance(bare, exp.Column) else None


@dataclass(frozen=True, slots=True)
class _Replicas:
    """The released numbers with fresh noise, many times over.

    Attributes:
        shown: The released groups.
        values: Aggregate name to its values; shape (groups,).
        moved: Aggregate name to its values with fresh noise; shape (replicas, groups).
    """

    shown: Released
    values: Mapping[str, NDArray[np.float64]]
    moved: Mapping[str, NDArray[np.float64]]

    def distances(self, name: str) -> list[float | None]:
        """Return the half-width of one aggregate in every group; None where no replica has a value."""
        distances = np.abs(self.moved[name] - self.values[name])
        return [_quantile(distances[:, group]) for group in range(distances.shape[1])]


def _replicas(shown: Released, values: Values, draw: Callable[[int], Mapping[str, NDArray[np.int64]]]) -> _Replicas:
    size = len(shown.keys)
    replicas = min(_REPLICAS, _MOST_ROWS // size)
    exact = {name: np.array(totals, np.float64) for name, totals in shown.totals.items()}
    noisy = {name: np.tile(exact[name], replicas) + noise for name, noise in draw(replicas * size).items()}
    moved = {name: numbers.reshape(replicas, size) for name, numbers in values(noisy).items()}
    return _Replicas(shown, values(exact), moved)


def _quantile(distances: NDArray[np.float64]) -> float | None:
    known = distances[np.isfinite(distances)]
    return float(np.quantile(known, PROBABILITY)) if known.size else None


def _moved(engine: Engine, run: PrivateRun, replicas: _Replicas, answer: Relation) -> dict[tuple[int, int], float]:
    """Half-width by output column and group, from the rest of the query on every replica."""
    kept = [int(row[-1]) for row in answer.rows][:MOST_GROUPS]
    size = len(kept)
    columns = [
        *replicas.shown.key_columns,
        *(Column(name, "DOUBLE") for name in replicas.moved),
        Column(ROW_NUMBER, "BIGINT"),
    ]
    cells_of = [numbers.ravel().tolist() for numbers in replicas.moved.values()]
    rows = [
        (*replicas.shown.keys[index % size], *cells, index % size)
        for index, cells in enumerate(zip(*cells_of, strict=True))
    ]
    engine.insert(_REPLICATED, columns, rows)
    cells = engine.query(_on_replicas(run)).rows
    engine.drop(_REPLICATED)
    distances: dict[tuple[int, int], list[float]] = {}
    for row in cells:
        number = int(row[-1])
        for index, cell in enumerate(row[:-1]):
            distance = _distance(cell, answer.rows[number][index])
            if distance is not None:
                distances.setdefault((index, kept[number]), []).append(distance)
    return {place: float(np.quantile(values, PROBABILITY)) for place, values in distances.items()}


def _on_replicas(run: PrivateRun) -> str:
    rest = run.query.rest.copy()
    for clause in ("where", "order", "limit", "offset"):
        rest.set(clause, None)
    source = exp.to_table(f'"{_REPLICATED}"')
    source.set("alias", exp.TableAlias(this=exp.to_identifier(NOISY, quoted=True)))
    rest.set("from_", exp.From(this=source))
    return to_duckdb(rest, run.dialect, {}, internal=[_REPLICATED])


def _distance(cell: object, released: object) -> float | None:
    try:
        distance = abs(float(cell) - float(released))  # type: ignore[arg-type] # what is no number raises TypeError
    except (TypeError, ValueError):
        return None
    return distance if math.isfinite(distance) else None
