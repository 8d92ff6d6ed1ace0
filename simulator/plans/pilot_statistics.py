"""Statistics of one aggregate function in the rows of a pilot run, and the SQL that computes them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.execution.engines.engine import RUN, Engine, Relation
from simulator.execution.private.bias_report import exact_number
from simulator.execution.private.query import PrivateAggregate
from simulator.plans.limits_at_noise import OF_VALUES
from simulator.privacy.budget import Aggregation
from simulator.privacy.sensitivity import SensitivityParameters

ROWS = f"{RUN}.pilot_rows"
"""Internal table: the rows that the query aggregates, with their user, and how many rows that user has.

Rows without a user are included, with NULL for both: the exact answer counts them, the released one does not.
"""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Statistics of one aggregate function in one group or in all rows; rows without a user count in `exact` only.

    Attributes:
        users: Distinct users.
        present: Expected number of users counted here when each is counted once in the whole query, in the group of a
            row chosen at random; this count is compared with the threshold on groups.
        values: Rows with a value, or distinct values for COUNT(DISTINCT x).
        total: Sum of the values, in the column's unit; 0 for counts.
        deviation: Standard deviation of the values; 0 for counts and single values.
        kept_values: Expected number of *values* left after sampling; for counts of users, the users counted here.
        kept: Expected sum of the values after limit and clamps; 0 for counts.
        kept_squares: Expected sum of their squares; 0 for counts.
        exact: The function's value in the exact answer, as `exact_number` defines it; None if there is none.
    """

    users: int = 0
    present: float = 0.0
    values: int = 0
    total: float = 0.0
    deviation: float = 0.0
    kept_values: float = 0.0
    kept: float = 0.0
    kept_squares: float = 0.0
    exact: float | None = None

    def exact_with(self, function: Aggregation, factor: float) -> float | None:
        """Return the exact value of *function* when there are *factor* real users for one of the sample."""
        grows = function not in {Aggregation.AVG, Aggregation.STDDEV}
        return self.exact * factor if self.exact is not None and grows else self.exact

    def expected(self, function: Aggregation) -> float | None:
        """Return the expected value of *function* after bounding, before noise; for AVG and STDDEV to first order."""
        match function:
            case Aggregation.COUNT | Aggregation.COUNT_DISTINCT:
                return self.kept_values
            case Aggregation.SUM:
                return self.kept
            case Aggregation.AVG:
                return self.kept / self.kept_values if self.kept_values else None
            case Aggregation.STDDEV:
                if self.kept_values <= 1:
                    return None
                squares = self.kept_squares - self.kept**2 / self.kept_values
                return math.sqrt(max(squares, 0.0) / (self.kept_values - 1))


def measure(
    engine: Engine, aggregate: PrivateAggregate, parameters: SensitivityParameters, limit: int, groups: Sequence[str]
) -> tuple[Statistics, ...]:
    """Return the statistics of an aggregate function: of all rows, or one entry per group, in the order of the keys.

    Args:
        engine: Holds the table `ROWS`.
        aggregate: The function.
        parameters: Its released sensitivity parameters.
        limit: Maximum number of rows of one user that are kept in the whole query.
        groups: The columns of the keys; none for all rows.
    """
    columns = [f"{sql} AS {name}" for name, sql in _statistics_sql(aggregate, parameters).items()]
    keys = ", ".join(groups)
    # In the order of the keys: columns of several functions are computed group by group.
    grouping = f" GROUP BY {keys} ORDER BY {keys}" if groups else ""
    source = _shared_out(aggregate, limit, groups)
    return _statistics(engine.query(f"SELECT {', '.join(columns)} FROM {source}{grouping}", {ROWS}))  # noqa: S608 - internal names and numbers


def _statistics_sql(aggregate: PrivateAggregate, parameters: SensitivityParameters) -> dict[str, str]:
    """Return SQL for each field of `Statistics` that is not 0 for this function."""
    value = aggregate.value
    if aggregate.users:
        counted = f"count(DISTINCT {'u' if value is None else value})"
        return {
            "users": counted,
            # A user who is counted under a condition is counted by the first row that meets it.
            "present": "sum(1.0 / n)" if value is None else f"count(DISTINCT {value})",
            "values": counted,
            "kept_values": "sum(kept_share)",
            "exact": exact_number(aggregate),
        }
    of_users = "FILTER (WHERE u IS NOT NULL)"
    with_value = "" if value is None else f"FILTER (WHERE {value} IS NOT NULL)"
    distinct = "DISTINCT " if aggregate.counts_values else ""
    of_rows = {
        "users": "count(DISTINCT u)",
        "present": "sum(1.0 / n)",
        "values": f"count({distinct}{value or '*'}) {of_users}",
        "kept_values": f"sum(kept_share) {with_value}",
        "exact": exact_number(aggregate),
    }
    if aggregate.function not in OF_VALUES:
        return of_rows
    number = f"CAST({value} AS DOUBLE)"
    clamped = f"least(greatest({number}, {parameters.min_value or 0!r}), {parameters.max_value or 0!r})"
    return of_rows | {
        "total": f"sum({number}) {of_users}",
        "deviation": f"stddev_samp({number}) {of_users}",
        "kept": f"sum({clamped} * kept_share) {with_value}",
        "kept_squares": f"sum({clamped} * {clamped} * kept_share) {with_value}",
    }


def _shared_out(aggregate: PrivateAggregate, limit: int, groups: Sequence[str]) -> str:
    """Return SQL for the rows with `kept_share`: the expected contribution of each to the number of kept values.

    A row of a user with n rows is kept with probability limit / n. A user is counted by one row. A distinct value is
    lost where all its rows are; its share is divided among them. A row without a user adds nothing.
    """
    value = aggregate.value
    if aggregate.users:
        # A user who is counted under a condition is counted by one of the rows that meet it.
        share = "1.0 / n" if value is None else f"if({value} IS NULL, 0, 1.0 / count({value}) OVER (PARTITION BY u))"
        return f"(SELECT *, {share} AS kept_share FROM {ROWS}) AS shared"  # noqa: S608 - internal names and numbers
    if not aggregate.counts_values:
        return f"(SELECT *, if(n IS NULL, NULL, least(1.0, {limit} / n)) AS kept_share FROM {ROWS}) AS shared"  # noqa: S608 - likewise
    same = f"OVER (PARTITION BY {', '.join([*groups, str(value)])})"
    repeated = f"SELECT *, count(*) OVER (PARTITION BY {', '.join([*groups, str(value), 'u'])}) AS k FROM {ROWS}"  # noqa: S608 - likewise
    # The probability that none of the k rows is kept: C(n - k, limit) / C(n, limit).
    none = f"lgamma(n - k + 1) - lgamma(n - k - {limit} + 1) - lgamma(n + 1) + lgamma(n - {limit} + 1)"
    lost = f"SELECT *, if(n - k < {limit}, -1000, {none}) / k AS lost FROM ({repeated}) AS repeated"  # noqa: S608 - likewise
    return f"(SELECT *, (1 - exp(sum(lost) {same})) / count(*) {same} AS kept_share FROM ({lost}) AS rows) AS shared"  # noqa: S608 - likewise


def _statistics(found: Relation) -> tuple[Statistics, ...]:
    """Return the statistics of each row; NULL means 0, except for `exact`."""
    names = [column.name for column in found.columns]
    rows = ({name: value for name, value in zip(names, row, strict=True) if value is not None} for row in found.rows)
    return tuple(Statistics(**row) for row in rows)
