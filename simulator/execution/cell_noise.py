"""How wide the noise is in every cell that the user sees.

Counts and sums have the width of their noise distribution. For anything computed from several released numbers
(averages, deviations, ratios) fresh noise is added to the released numbers many times and the query's rest is run on
each; the width is the 95 % quantile of how far a cell moves. Only released numbers are used: nothing is charged.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from simulator.execution.engines.engine import Column, Engine, Relation
from simulator.execution.released import ROW_NUMBER, Released
from simulator.execution.results import ColumnNoise
from simulator.execution.scanned import scanned
from simulator.execution.translation.to_duckdb import to_duckdb
from simulator.execution.working_copy import SCHEMA

PROBABILITY = 0.95
_REPLICAS = 200
_MOST_ROWS = 16_000
MOST_GROUPS = 320
"""Rows of an answer for which widths are simulated; further rows get none."""
_REPLICATED = f"{SCHEMA}.replicas"

Values = Callable[[Mapping[str, NDArray[np.float64]]], Mapping[str, NDArray[np.float64]]]


@dataclass(frozen=True, slots=True)
class Redrawing:
    """How to draw the noise of a run again, and how to compute the answer's numbers from the result.

    Attributes:
        noisy: Maps released statistics (name to numbers of shape (n,)) to the same statistics with fresh noise.
        values: Maps statistics (name to numbers of shape (n,)) to aggregates of the same form. Negative numbers that
            the answer shows as 0 stay negative here, because their noise still counts.
    """

    noisy: Values
    values: Values


@dataclass(frozen=True, slots=True)
class NoisyAnswer:
    """An answer whose noise is to be measured.

    Attributes:
        rest: The SELECT over the released numbers that produced the answer; its last column is their row number.
        dialect: The dialect of *rest*.
        names: The columns of the released numbers that have noise: one for each aggregate.
        released: The groups that were shown.
        relation: The result of *rest*; its last column is the index of the group.
    """

    rest: exp.Select
    dialect: str
    names: tuple[str, ...]
    released: Released
    relation: Relation

    @property
    def source(self) -> str:
        """Name of the table of released numbers, by which *rest* calls its columns."""
        return str(self.rest.args["from_"].this.name)

    @property
    def items(self) -> list[exp.Expr]:
        """What each output column computes."""
        return [item.unalias() for item in self.rest.expressions[:-1]]

    @property
    def groups(self) -> list[int]:
        """The group of each row."""
        return [int(row[-1]) for row in self.relation.rows]

    @property
    def noisy(self) -> list[int]:
        """Indices of the output columns that depend on a released number."""
        released = set(self.names)
        return [index for index, item in enumerate(self.items) if released & names_read(item, self.source)]


def noise_of(
    engine: Engine, answer: NoisyAnswer, widths: Mapping[str, Sequence[float | None]], redrawing: Redrawing
) -> tuple[ColumnNoise, ...]:
    """Return the noise of every output column that depends on a released number.

    Args:
        engine: Runs the rest of the query on the replicas.
        answer: The answer.
        widths: Aggregate name to the half-width of every group in its unit, for aggregates that are one noisy number
            (counts, sums); None where a group has no number.
        redrawing: Draws fresh noise.
    """
    names, items, groups = [column.name for column in answer.relation.columns], answer.items, answer.groups
    shown_alone = {index: name for index in answer.noisy if (name := only_name(items[index]))}
    exact = {index: widths[name] for index, name in shown_alone.items() if name in widths}
    computed = [index for index in answer.noisy if index not in exact]
    simulated = _simulated(engine, answer, computed, redrawing) if computed and groups else {}
    found = []
    for index in answer.noisy:
        if index in exact:
            widest = exact[index]
            cells = tuple(widest[group] for group in groups)
        else:
            cells = tuple(simulated.get((index, group)) for group in groups)
            widest = cells
        known = [cell for cell in cells or widest if cell is not None]
        found.append(ColumnNoise(names[index], float(np.median(known)) if known else None, cells, exact=index in exact))
    return tuple(found)


def _simulated(
    engine: Engine, answer: NoisyAnswer, computed: Sequence[int], redrawing: Redrawing
) -> dict[tuple[int, int], float]:
    """Return half-widths by output column and group, for columns that are more than one noisy number."""
    items, groups = answer.items, answer.groups
    replicas = _replicas(answer.released.only(groups[:MOST_GROUPS]), redrawing)
    alone = {index: name for index in computed if (name := only_name(items[index]))}
    found = {
        (index, groups[place]): width
        for index, name in alone.items()
        for place, width in enumerate(replicas.distances(name))
        if width is not None
    }
    if len(alone) < len(computed):
        found |= _derived(engine, answer, replicas)
    return found


def names_read(item: exp.Expr, source: str) -> set[str]:
    """Return the columns of *source* that an output column reads: released numbers, and keys of groups."""
    return {column.name for column in item.find_all(exp.Column) if column.table == source}


def only_name(item: exp.Expr) -> str | None:
    """Return the released number that an output column shows as it is; None for anything computed."""
    bare = item.unnest()
    return bare.name if isinstance(bare, exp.Column) else None


@dataclass(frozen=True, slots=True)
class _Replicas:
    """The released numbers with fresh noise, many times over.

    Attributes:
        groups: The released groups.
        values: Aggregate name to its values; shape (groups,).
        moved: Aggregate name to its values with fresh noise; shape (replicas, groups).
    """

    groups: Released
    values: Mapping[str, NDArray[np.float64]]
    moved: Mapping[str, NDArray[np.float64]]

    def distances(self, name: str) -> list[float | None]:
        """Return the half-width of one aggregate in every group; None where no replica has a value."""
        return _widths(np.abs(self.moved[name] - self.values[name]))


def _replicas(shown: Released, redrawing: Redrawing) -> _Replicas:
    size = len(shown.keys)
    replicas = min(_REPLICAS, _MOST_ROWS // size)
    exact = {name: np.array(totals, np.float64) for name, totals in shown.totals.items()}
    noisy = redrawing.noisy({name: np.tile(numbers, replicas) for name, numbers in exact.items()})
    moved = {name: numbers.reshape(replicas, size) for name, numbers in redrawing.values(noisy).items()}
    return _Replicas(shown, redrawing.values(exact), moved)


def _widths(distances: NDArray[np.float64]) -> list[float | None]:
    """Return the quantile of each column's finite numbers, shape (replicas, groups); None where there are none."""
    finite = np.isfinite(distances)
    # All columns without a gap at once: that is fifty times faster, and most have none.
    whole: NDArray[np.bool_] = np.all(finite, axis=0)
    at_once = iter(np.quantile(distances[:, whole], PROBABILITY, axis=0).tolist())
    return [next(at_once) if whole[n] else _quantile(distances[finite[:, n], n]) for n in range(len(whole))]


def _quantile(known: NDArray[np.float64]) -> float | None:
    return float(np.quantile(known, PROBABILITY)) if known.size else None


def _derived(engine: Engine, answer: NoisyAnswer, replicas: _Replicas) -> dict[tuple[int, int], float]:
    """Return half-widths by output column and group, from the rest of the query on every replica."""
    kept = answer.groups[:MOST_GROUPS]
    distances: dict[tuple[int, int], list[float]] = {}
    for row in run_rest_on(engine, answer, replicas.groups, replicas.moved):
        number = int(row[-1]) % len(kept)
        for index, cell in enumerate(row[:-1]):
            distance = _distance(cell, answer.relation.rows[number][index])
            if distance is not None:
                distances.setdefault((index, kept[number]), []).append(distance)
    return {place: float(np.quantile(values, PROBABILITY)) for place, values in distances.items()}


def run_rest_on(
    engine: Engine, answer: NoisyAnswer, shown: Released, values: Mapping[str, NDArray[np.float64]]
) -> tuple[tuple[Any, ...], ...]:
    """Run the rest of the query on other numbers of the same groups, without HAVING, ORDER BY and LIMIT.

    Args:
        engine: Runs it.
        answer: The query's answer.
        shown: The groups.
        values: Aggregate name to numbers of shape (n, groups).

    Returns:
        Rows in any order; the last cell is the index of the row's numbers in the flattened arrays.
    """
    columns = [*shown.key_columns, *(Column(name, "DOUBLE") for name in values), Column(ROW_NUMBER, "BIGINT")]
    cells = zip(*(_or_null(numbers.ravel()) for numbers in values.values()), strict=True)
    rows = [(*shown.keys[index % len(shown.keys)], *numbers, index) for index, numbers in enumerate(cells)]
    engine.insert(_REPLICATED, columns, rows)
    rest = _on_replicas(answer)
    try:
        return engine.query(to_duckdb(rest, answer.dialect, {}), scanned(rest)).rows
    finally:
        engine.drop(_REPLICATED)


def _or_null(numbers: NDArray[np.float64]) -> list[float | None]:
    return [None if math.isnan(number) else number for number in numbers.tolist()]


def _on_replicas(answer: NoisyAnswer) -> exp.Select:
    rest = answer.rest.copy()
    for clause in ("where", "order", "limit", "offset"):
        rest.set(clause, None)
    source = exp.to_table(_REPLICATED)
    source.set("alias", exp.TableAlias(this=exp.to_identifier(answer.source, quoted=True)))
    rest.set("from_", exp.From(this=source))
    return rest


def _distance(cell: object, released: object) -> float | None:
    try:
        distance = abs(float(cell) - float(released))  # type: ignore[arg-type] # what is no number raises TypeError
    except (TypeError, ValueError):
        return None
    return distance if math.isfinite(distance) else None
