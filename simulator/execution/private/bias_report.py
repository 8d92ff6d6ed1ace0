# ruff: noqa: S608 - the SQL is made of internal names and of the translated query
"""The exact effect of limits, clamps and thresholds on an answer; for the owner of the data, never for a release.

Removed rows and values are always counted. On request, every cell of the answer is compared as well: the rest of the
query is run on this run's sums before noise, and on exact aggregates of all rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.execution.cell_bias import doubles
from simulator.execution.engines.engine import RUN, Engine
from simulator.execution.errors import LimitExceededError, QueryFailedError
from simulator.execution.private import contribution_bounding as bounding
from simulator.execution.private.contribution_bounding import Sampling
from simulator.execution.private.query import PrivateAggregate
from simulator.execution.private.run import PrivateRun
from simulator.execution.results import Bias
from simulator.privacy.budget import Aggregation

_EXACT = f"{RUN}.exact"
"""Internal table of the exact answer's groups: keys, `exact_rows` (number of rows), and a column per aggregate."""

_FOLDS = {Aggregation.SUM: "sum", Aggregation.AVG: "avg", Aggregation.STDDEV: "stddev_samp"}


@dataclass(frozen=True, slots=True)
class Population:
    """How many rows a query reads, and how they are distributed over users.

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
        """Return the number of rows of users who have more than *limit* rows."""
        return sum(rows * users for rows, users in self.rows_per_user if rows > limit)


def bias_of(
    population: Population,
    limit: int | None,
    values_clamped: dict[str, int],
    groups: tuple[int, int],
) -> Bias:
    """Count what bounding removed.

    Args:
        population: The rows before sampling.
        limit: Contribution limit in rows; None when only users are counted.
        values_clamped: Aggregate expression to the number of kept values outside its bounds.
        groups: Number of groups before the threshold, and of groups shown.
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


@dataclass(frozen=True, slots=True)
class ExactGroups:
    """The exact answer, by group.

    Attributes:
        groups: Number of groups, those that are not shown included.
        rows_shown: Rows of the groups that are shown.
        users_in_several: Users with rows in several groups; None when no users are counted.
        values: Aggregate name to the exact number of every group that is shown; NaN where there is none.
    """

    groups: int
    rows_shown: int
    users_in_several: int | None
    values: Mapping[str, NDArray[np.float64]]


def exact_groups(run: PrivateRun, engine: Engine, sampling: Sampling) -> ExactGroups | None:
    """Compute every aggregate of the query from all of its rows.

    Args:
        run: The query.
        engine: Holds the tables of the run, `bounding.SHOWN` and `bounding.RELEASED` among them.
        sampling: Which columns are kept.

    Returns:
        None when the engine cannot finish; the answer itself is not affected.
    """
    aggregates = run.query.aggregates
    folds = ", ".join(
        [*sampling.groups, "count(*) AS exact_rows", *(f"{exact_number(each)} AS {each.name}" for each in aggregates)]
    )
    columns = dict.fromkeys(("u", *sampling.keys.values(), *(value for _, value in run.query.with_values())))
    rows = f"SELECT {', '.join(columns)} FROM ({run.rows_sql}) AS query"
    one_each = f"SELECT DISTINCT {', '.join(['u', *sampling.groups])} FROM ({rows}) AS found WHERE u IS NOT NULL"
    several = f"SELECT count(*) FROM (SELECT u FROM ({one_each}) AS pairs GROUP BY u HAVING count(*) > 1) AS users"
    counts_users = sampling.groups and any(each.users for each in aggregates)
    grouping = f" GROUP BY {', '.join(sampling.groups)}" if sampling.groups else ""
    names = ", ".join(f"exact.{name}" for name in ("exact_rows", *(each.name for each in aggregates)))
    try:
        engine.create(_EXACT, f"SELECT {folds} FROM ({rows}) AS found{grouping}", run.rows_scans)
        ((groups,),) = engine.query(f"SELECT count(*) FROM {_EXACT}", {_EXACT}).rows
        shown, scans = f"SELECT {names} FROM {_EXACT} AS exact", {_EXACT}
        if sampling.groups:
            same = " AND ".join(f"released.{key} IS NOT DISTINCT FROM exact.{key}" for key in sampling.groups)
            shown = (
                f"SELECT {names} FROM {bounding.RELEASED} AS released "
                f"JOIN {_EXACT} AS exact ON {same} "
                f"WHERE released.rowid IN (SELECT {bounding.PLACE} FROM {bounding.SHOWN}) ORDER BY released.rowid"
            )
            scans = {_EXACT, bounding.RELEASED, bounding.SHOWN}
        found = engine.query(shown, scans)
        engine.drop(_EXACT)
        users = int(engine.query(several, run.rows_scans).rows[0][0]) if counts_users else None
    except LimitExceededError:
        raise
    except QueryFailedError:
        return None
    values = {each.name: doubles(found.column(each.name)) for each in aggregates}
    return ExactGroups(int(groups), sum(found.column("exact_rows")), users, values)


def exact_number(aggregate: PrivateAggregate) -> str:
    """Return SQL for the exact value of *aggregate* over all rows, those whose user is NULL included."""
    value = aggregate.value
    if aggregate.function in _FOLDS:
        return f"{_FOLDS[aggregate.function]}(CAST({value} AS DOUBLE))"
    if aggregate.users:
        return f"count(DISTINCT {value or 'u'})"
    return f"count({'DISTINCT ' if aggregate.counts_values else ''}{value or '*'})"
