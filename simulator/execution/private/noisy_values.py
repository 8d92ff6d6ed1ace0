"""Computes the values of aggregate functions from released whole numbers alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.execution.engines.engine import Column
from simulator.execution.private.contribution_bounding import Clamp
from simulator.execution.private.query import PrivateAggregate
from simulator.execution.released import ROW_NUMBER, Released
from simulator.privacy.budget import Aggregation

Number = int | float | Decimal | None

_EXACT = Context(prec=100)


def noisy_table(
    released: Released, aggregates: Sequence[PrivateAggregate], clamps: Mapping[str, Clamp]
) -> tuple[list[Column], list[tuple[Any, ...]]]:
    """Return the table that the rest of the query reads: group keys, one column per aggregate, and the row number.

    Args:
        released: The groups to show.
        aggregates: The functions, each with its statistics in *released*.
        clamps: Aggregate name to its clamp, for functions of values.
    """
    columns = [*released.key_columns, *(_column(each, clamps) for each in aggregates), Column(ROW_NUMBER, "BIGINT")]
    values = [
        [_value(each, clamps.get(each.name), released.totals, group) for group, _ in enumerate(released.keys)]
        for each in aggregates
    ]
    rows = [(*keys, *(column[index] for column in values), index) for index, keys in enumerate(released.keys)]
    return columns, rows


def approximate_values(
    aggregate: PrivateAggregate, clamp: Clamp | None, totals: Mapping[str, NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Return the values of one function as doubles, for reports about noise only; NaN where it is undefined.

    Args:
        aggregate: The function.
        clamp: Its clamp; None for counts.
        totals: Statistic name to numbers of shape (n,).

    Returns:
        Array of shape (n,). Where noise makes a variance negative, the deviation is minus the root of its magnitude, so
        that reports see the noise on both sides of 0. The answer shows 0 there; see `shown_values`.
    """
    name = aggregate.name
    if clamp is None:
        return totals[name]
    total, step = totals[f"{name}_sum"], float(clamp.grid.step * clamp.factor)
    if aggregate.function is Aggregation.SUM:
        return total * step
    count = totals[f"{name}_count"]
    if aggregate.function is Aggregation.AVG:
        return (total / np.where(count > 0, count, np.nan) + clamp.centre) * step
    enough = np.where(count > 1, count, np.nan)
    variance = (totals[f"{name}_squares"] - total**2 / enough) / (enough - 1)
    deviation: NDArray[np.float64] = np.copysign(np.sqrt(np.abs(variance)), variance) * step
    return deviation


def shown_values(
    aggregates: Sequence[PrivateAggregate], values: Mapping[str, NDArray[np.float64]]
) -> dict[str, NDArray[np.float64]]:
    """Return `approximate_values` as an answer shows them: a negative standard deviation becomes 0."""
    deviations = {each.name for each in aggregates if each.function is Aggregation.STDDEV}
    return {name: np.maximum(numbers, 0) if name in deviations else numbers for name, numbers in values.items()}


def _column(aggregate: PrivateAggregate, clamps: Mapping[str, Clamp]) -> Column:
    if aggregate.function in {Aggregation.COUNT, Aggregation.COUNT_DISTINCT}:
        return Column(aggregate.name, "BIGINT")
    if aggregate.function is Aggregation.SUM:
        return Column(aggregate.name, clamps[aggregate.name].grid.type)
    if aggregate.function is Aggregation.AVG:
        return Column(aggregate.name, clamps[aggregate.name].grid.type_of_mean)
    return Column(aggregate.name, "DOUBLE")


def _mean(clamp: Clamp, total: int, count: int) -> float | Decimal:
    # Integer arithmetic for speed: this runs for every cell of an answer, and hundreds of times for its report.
    numerator = (total + clamp.centre * count) * clamp.factor * clamp.grid.step.numerator
    denominator = count * clamp.grid.step.denominator
    scale = clamp.grid.scale_of_mean
    if scale is None:
        return numerator / denominator
    magnitude = (2 * abs(numerator) * 10**scale + denominator) // (2 * denominator)
    return Decimal(magnitude if numerator >= 0 else -magnitude).scaleb(-scale, _EXACT)


def _value(aggregate: PrivateAggregate, clamp: Clamp | None, totals: Mapping[str, Sequence[int]], group: int) -> Number:
    name = aggregate.name
    if clamp is None:
        return totals[name][group]
    total = totals[f"{name}_sum"][group]
    if aggregate.function is Aggregation.SUM:
        return clamp.grid.value(total * clamp.factor)
    count = totals[f"{name}_count"][group]
    if aggregate.function is Aggregation.AVG:
        return _mean(clamp, total, count) if count > 0 else None
    squares = totals[f"{name}_squares"][group]
    if count <= 1:
        return None
    variance = (squares - Fraction(total**2, count)) / (count - 1)
    return math.sqrt(max(float(variance), 0.0)) * float(clamp.grid.step * clamp.factor)
