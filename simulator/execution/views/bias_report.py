# ruff: noqa: S608 - the SQL is made of internal names and numbers
"""The exact effect of limits and thresholds on a SELECT WITH DIFFERENTIAL_PRIVACY; for the data owner only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.execution.engines.engine import Engine
from simulator.execution.errors import LimitExceededError, QueryFailedError
from simulator.execution.results import Bias
from simulator.execution.views import partials
from simulator.execution.views.noisy_query import NoisyAggregate, NoisyFunction, NoisyQuery


@dataclass(frozen=True, slots=True)
class ExactUnits:
    """The exact answer, and how much of it the limit on groups removes.

    Attributes:
        rows: Rows that the SELECT reads.
        units: Number of privacy units of these rows; NULL counts as one.
        units_limited: Units with rows in more groups than they may count in.
        rows_dropped: Rows of such units in the groups in which they do not count.
        groups: Number of groups of the exact answer.
        rows_of: Group to its number of rows; groups in which no unit counts are missing.
        values: Aggregate name to the exact value by group.
    """

    rows: int
    units: int
    units_limited: int
    rows_dropped: int
    groups: int
    rows_of: Mapping[int, int]
    values: Mapping[str, Mapping[int, float]]

    def of(self, groups: Sequence[int]) -> dict[str, NDArray[np.float64]]:
        """Return the exact values of *groups*, in that order, by aggregate name."""
        return {name: of_groups(numbers, groups) for name, numbers in self.values.items()}

    def bias(self, clamped: Mapping[str, int], found: int, shown: Sequence[int]) -> Bias:
        """Return what limits, clamps and the threshold removed.

        Args:
            clamped: Aggregate call to how many contributions of units were outside its bounds.
            found: Groups in which some unit counts.
            shown: The groups that are shown.
        """
        return Bias(
            rows=self.rows,
            rows_without_user=0,
            users=self.units,
            users_limited=self.units_limited,
            rows_dropped_by_limit=self.rows_dropped,
            values_clamped=dict(clamped),
            groups=found,
            groups_dropped_by_threshold=found - len(shown),
            groups_not_drawn=max(0, self.groups - found),
            rows_in_hidden_groups=self.rows - sum(self.rows_of.get(group, 0) for group in shown),
        )


def exact_units(query: NoisyQuery, engine: Engine) -> ExactUnits | None:
    """Compute the exact values of *query*, whose tables of `partials` are in the engine.

    Returns:
        None when the engine cannot finish; the answer itself is not affected.
    """
    names = [each.name for each in query.aggregates]
    try:
        rows, units = engine.query(
            f"SELECT count(*), count(DISTINCT hash(u)) FROM {partials.ROWS}", {partials.ROWS}
        ).rows[0]
        limited, dropped = _limited(query, engine, rows)
        keys = ", ".join(query.groups) or "1"
        distinct = f"SELECT count(*) FROM (SELECT DISTINCT {keys} FROM {partials.PARTIALS}) AS found"
        ((groups,),) = engine.query(distinct, {partials.PARTIALS}).rows
        scans = {partials.ROWS, partials.KEPT} if query.groups else {partials.ROWS}
        found = engine.query(_exact_sql(query), scans).rows
    except LimitExceededError:
        raise
    except QueryFailedError:
        return None
    values = {
        name: {row[0]: float(row[index]) for row in found if row[index] is not None}
        for index, name in enumerate(names, 2)
    }
    return ExactUnits(rows, units, limited, dropped, groups, {row[0]: row[1] for row in found}, values)


def of_groups(numbers: Mapping[int, float], groups: Sequence[int]) -> NDArray[np.float64]:
    """Return the numbers of *groups* in that order, NaN for groups without one."""
    return np.array([numbers.get(group, np.nan) for group in groups], np.float64)


def _limited(query: NoisyQuery, engine: Engine, rows: int) -> tuple[int, int]:
    """Return how many units are in too many groups, and how many of their rows do not count."""
    most = query.terms.max_groups if query.groups else None
    if most is None:
        return 0, 0
    many = f"SELECT count(*) FROM (SELECT u FROM {partials.PARTIALS} GROUP BY u HAVING count(*) > {most}) AS limited"
    same = " AND ".join(f"every.{key} IS NOT DISTINCT FROM kept.{key}" for key in ("u", *query.groups))
    kept = f"SELECT count(*) FROM {partials.ROWS} AS every JOIN {partials.KEPT} AS kept ON {same}"
    ((limited,),) = engine.query(many, {partials.PARTIALS}).rows
    ((left,),) = engine.query(kept, {partials.ROWS, partials.KEPT}).rows
    return limited, rows - left


def _exact_sql(query: NoisyQuery) -> str:
    """Return SQL for (n, number of rows, exact value of every aggregate)."""
    folds = ", ".join(["count(*) AS exact_rows", *(f"{_fold(each)} AS {each.name}" for each in query.aggregates)])
    if not query.groups:
        return f"SELECT 1, {folds} FROM {partials.ROWS}"
    keys = ", ".join(query.groups)
    same = " AND ".join(f"exact.{key} IS NOT DISTINCT FROM numbered.{key}" for key in query.groups)
    names = ", ".join(f"exact.{name}" for name in ("exact_rows", *(each.name for each in query.aggregates)))
    return (
        f"SELECT numbered.n, {names} FROM (SELECT DISTINCT n, {keys} FROM {partials.KEPT}) AS numbered "
        f"JOIN (SELECT {keys}, {folds} FROM {partials.ROWS} GROUP BY {keys}) AS exact ON {same}"
    )


def _fold(aggregate: NoisyAggregate) -> str:
    number = f"CAST({aggregate.value} AS DOUBLE)"
    match aggregate.function:
        case NoisyFunction.COUNT:
            return f"count({aggregate.value or '*'})"
        case NoisyFunction.SUM:
            return f"sum({number})"
        case NoisyFunction.AVG:
            return f"avg({number})"
        case NoisyFunction.PERCENTILE_CONT:
            return f"quantile_cont({number}, {aggregate.rank!r})"
