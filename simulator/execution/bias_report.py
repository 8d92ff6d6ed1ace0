"""What bounding removed, counted exactly: for the owner of the data, never for a release."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.execution.contribution_bounding import SAMPLED, Clamp
from simulator.execution.engine import Engine
from simulator.execution.private_query import ROWS, PrivateAggregate
from simulator.execution.results import Bias


def bias_of(
    engine: Engine,
    limit: int | None,
    clamps: Mapping[str, Clamp],
    aggregates: tuple[PrivateAggregate, ...],
    groups: tuple[int, int],
) -> Bias:
    """Count what was lost.

    Args:
        engine: Holds `ROWS` and `SAMPLED`.
        limit: Contribution limit in rows; None when only users are counted.
        clamps: Aggregate name to its clamp.
        aggregates: The functions of the query.
        groups: Groups found, and groups shown.
    """
    clamped = [aggregate for aggregate in aggregates if aggregate.name in clamps]
    kept = "TRUE" if limit is None else f"r <= {limit}"
    counts = [
        "count(*)",
        "count(*) FILTER (WHERE r = 1)",
        f"count(*) FILTER (WHERE r = {limit or 0} + 1)",
        f"count(*) FILTER (WHERE NOT ({kept}))",
        *(f"count(*) FILTER (WHERE {kept} AND {_outside(each, clamps[each.name])})" for each in clamped),
    ]
    (row,) = engine.query(f"SELECT {', '.join(counts)} FROM {SAMPLED}").rows  # noqa: S608 - internal names only
    ((total,),) = engine.query(f"SELECT count(*) FROM {ROWS}").rows  # noqa: S608 - as above
    with_user, users, limited, dropped, *outside = (int(count) for count in row)
    return Bias(
        rows=int(total),
        rows_without_user=int(total) - with_user,
        users=users,
        users_limited=limited if limit is not None else 0,
        rows_dropped_by_limit=dropped,
        values_clamped={
            f"{each.function.value}({each.expression})": count for each, count in zip(clamped, outside, strict=True)
        },
        groups=groups[0],
        groups_dropped_by_threshold=groups[0] - groups[1],
    )


def _outside(aggregate: PrivateAggregate, clamp: Clamp) -> str:
    return f"{aggregate.value}_steps NOT BETWEEN {clamp.low} AND {clamp.high}"
