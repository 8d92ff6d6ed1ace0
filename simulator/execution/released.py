"""What a run has released, group by group, for the rest of the query to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.execution.engines.engine import Column

ROW_NUMBER = "released row"
"""Column of the table of released numbers that numbers its rows; the rest of the query carries it along."""


@dataclass(frozen=True, slots=True)
class Released:
    """Statistics over groups, noise included.

    Attributes:
        key_columns: The group key columns; none without GROUP BY.
        keys: One tuple of group keys for each group.
        totals: Statistic name to one number for each group: int of any size for AWS; float for BigQuery.
    """

    key_columns: tuple[Column, ...]
    keys: tuple[tuple[Any, ...], ...]
    totals: Mapping[str, Sequence[Any]]

    def reaching(self, statistic: str, minimum: int) -> Released:
        """Return only the groups whose *statistic* is at least *minimum*."""
        return self.only([index for index, count in enumerate(self.totals[statistic]) if count >= minimum])

    def only(self, kept: Sequence[int]) -> Released:
        """Return only the groups at the positions *kept*, in that order."""
        totals = {name: [values[index] for index in kept] for name, values in self.totals.items()}
        return Released(self.key_columns, tuple(self.keys[index] for index in kept), totals)

    def plus(self, noise: Mapping[str, Sequence[Any]]) -> Released:
        """Return the same groups with *noise* (statistic name to one number a group) added to every statistic."""
        totals = {
            name: [value + added for value, added in zip(values, noise[name], strict=True)]
            for name, values in self.totals.items()
        }
        return Released(self.key_columns, self.keys, totals)
