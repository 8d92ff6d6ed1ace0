"""What bounding removed, counted exactly: for the owner of the data, never for a release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.execution.results import Bias


@dataclass(frozen=True, slots=True)
class Population:
    """The rows of a query and whose they are.

    Attributes:
        rows: Rows that the query's FROM and WHERE give.
        rows_per_user: Pairs (n, users): how many users have n rows.
    """

    rows: int
    rows_per_user: Sequence[tuple[int, int]]

    @property
    def rows_with_user(self) -> int:
        """Rows whose user identifier is not NULL."""
        return sum(rows * users for rows, users in self.rows_per_user)

    def rows_above(self, limit: int) -> int:
        """Rows of users who have more than *limit*."""
        return sum(rows * users for rows, users in self.rows_per_user if rows > limit)


def bias_of(
    population: Population,
    limit: int | None,
    values_clamped: dict[str, int],
    groups: tuple[int, int],
) -> Bias:
    """Count what was lost.

    Args:
        population: The rows before sampling.
        limit: Contribution limit in rows; None when only users are counted.
        values_clamped: Aggregate expression to the number of kept values outside its bounds.
        groups: Groups found, and groups shown.
    """
    above = [(rows, users) for rows, users in population.rows_per_user if limit is not None and rows > limit]
    return Bias(
        rows=population.rows,
        rows_without_user=population.rows - population.rows_with_user,
        users=sum(users for _, users in population.rows_per_user),
        users_limited=sum(users for _, users in above),
        rows_dropped_by_limit=sum((rows - (limit or 0)) * users for rows, users in above),
        values_clamped=values_clamped,
        groups=groups[0],
        groups_dropped_by_threshold=groups[0] - groups[1],
    )
