"""From released whole numbers to the values of aggregate functions. Nothing here has seen a row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from simulator.execution.contribution_bounding import Clamp
from simulator.execution.engine import Column
from simulator.execution.private_query import ROW_NUMBER, PrivateAggregate
from simulator.privacy.budget import Aggregation

Number = int | float | Decimal | None


@dataclass(frozen=True, slots=True)
class Released:
    """Statistics over groups, noise included.

    Attributes:
        key_columns: The group key columns; none without GROUP BY.
        keys: One tuple of group keys a group.
        totals: Statistic name to one whole number a group.
    """

    key_columns: tuple[Column, ...]
    keys: tuple[tuple[Any, ...], ...]
    totals: Mapping[str, Sequence[int]]

    def reaching(self, statistic: str, minimum: int) -> Released:
        """Return only the groups whose *statistic* is at least *minimum*."""
        return self.only([index for index, count in enumerate(self.totals[statistic]) if count >= minimum])

    def only(self, kept: Sequence[int]) -> Released:
        """Return only the groups at the positions *kept*, in that order."""
        totals = {name: [values[index] for index in kept] for name, values in self.totals.items()}
        return Released(self.key_columns, tuple(self.keys[index] for index in kept), totals)

    def plus(self, noise: Mapping[str, Sequence[int]]) -> Released:
        """Return the same groups with *noise* (statistic name to one number a group) added to every statistic."""
        totals = {
            name: [int(value) + int(added) for value, added in zip(values, noise[name], strict=True)]
            for name, values in self.totals.items()
        }
        return Released(self.key_columns, self.keys, totals)


def noisy_table(
    released: Released, aggregates: Sequence[PrivateAggregate], clamps: Mapping[str, Clamp]
) -> tuple[list[Column], list[tuple[Any, ...]]]:
    """Return the table that the rest of the query reads: group keys, one column an aggregate, and the row number.

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


def _column(aggregate: PrivateAggregate, clamps: Mapping[str, Clamp]) -> Column:
    if aggregate.function in {Aggregation.COUNT, Aggregation.COUNT_DISTINCT}:
        return Column(aggregate.name, "BIGINT")
    if aggregate.function is Aggregation.SUM:
        return Column(aggregate.name, clamps[aggregate.name].grid.type)
    return Column(aggregate.name, "DOUBLE")


def _value(aggregate: PrivateAggregate, clamp: Clamp | None, totals: Mapping[str, Sequence[int]], group: int) -> Number:
    name = aggregate.name
    if clamp is None:
        return totals[name][group]
    total = totals[f"{name}_sum"][group]
    if aggregate.function is Aggregation.SUM:
        return clamp.grid.value(total * clamp.factor)
    count = totals[f"{name}_count"][group]
    step = clamp.grid.step * clamp.factor
    if aggregate.function is Aggregation.AVG:
        return float(Fraction(total, count) * step) if count > 0 else None
    squares = totals[f"{name}_squares"][group]
    if count <= 1:
        return None
    variance = (squares - Fraction(total**2, count)) / (count - 1)
    return math.sqrt(max(float(variance), 0.0)) * float(step)
