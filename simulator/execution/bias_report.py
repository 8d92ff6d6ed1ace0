"""What bounding removed, counted exactly: for the owner of the data, never for a release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from simulator.execution.contribution_bounding import Clamp
from simulator.execution.engine import Engine
from simulator.execution.private_query import PrivateAggregate
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
    engine: Engine,
    kept: str,
    population: Population,
    limit: int | None,
    clamps: Mapping[str, Clamp],
    aggregates: Iterable[PrivateAggregate],
    groups: tuple[int, int],
) -> Bias:
    """Count what was lost.

    Args:
        engine: Holds the rows.
        kept: SQL of the kept rows, for FROM.
        population: The rows before sampling.
        limit: Contribution limit in rows; None when only users are counted.
        clamps: Aggregate name to its clamp.
        aggregates: The functions of the query.
        groups: Groups found, and groups shown.
    """
    above = [(rows, users) for rows, users in population.rows_per_user if limit is not None and rows > limit]
    return Bias(
        rows=population.rows,
        rows_without_user=population.rows - population.rows_with_user,
        users=sum(users for _, users in population.rows_per_user),
        users_limited=sum(users for _, users in above),
        rows_dropped_by_limit=sum((rows - (limit or 0)) * users for rows, users in above),
        values_clamped=_clamped(engine, kept, clamps, [each for each in aggregates if each.name in clamps]),
        groups=groups[0],
        groups_dropped_by_threshold=groups[0] - groups[1],
    )


def _clamped(
    engine: Engine, kept: str, clamps: Mapping[str, Clamp], aggregates: Sequence[PrivateAggregate]
) -> dict[str, int]:
    if not aggregates:
        return {}
    counts = [f"count(*) FILTER (WHERE {_outside(each, clamps[each.name])})" for each in aggregates]
    (row,) = engine.query(f"SELECT {', '.join(counts)} FROM {kept}").rows  # noqa: S608 - internal names only
    names = [f"{each.function.value}({each.expression})" for each in aggregates]
    return {name: int(count) for name, count in zip(names, row, strict=True)}


def _outside(aggregate: PrivateAggregate, clamp: Clamp) -> str:
    return f"{aggregate.value}_steps NOT BETWEEN {clamp.low} AND {clamp.high}"
