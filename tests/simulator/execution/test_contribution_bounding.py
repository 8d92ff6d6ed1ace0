"""What one user contributes never exceeds the stated sensitivity, whatever the rows."""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.execution import contribution_bounding as bounding
from simulator.execution.contribution_bounding import SAMPLED, Clamp
from simulator.execution.duckdb_engine import DuckDBEngine
from simulator.execution.engine import Column
from simulator.execution.errors import NotEnforceableError
from simulator.execution.grid import LARGEST, Grid, grid_of, rounded
from simulator.execution.private_query import PrivateAggregate
from simulator.execution.private_releases import fitted, half_each, statistics_of, together
from simulator.privacy.budget import Aggregation

STEP = Fraction(1, 2**16)
SCALE = Fraction(15)
values = st.one_of(
    st.none(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(-1e6, 1e6),
    st.sampled_from([1e300, -1e300, 0.1]),
)
rows = st.lists(st.tuples(st.sampled_from(["u1", "u2", None]), st.sampled_from(["a", "b", None]), values), max_size=30)


@settings(max_examples=40, deadline=None)
@given(
    rows=rows,
    limit=st.integers(1, 6),
    bounds=st.tuples(st.integers(-(2**50), 2**50), st.integers(-(2**50), 2**50)),
    function=st.sampled_from(list(Aggregation)),
)
def test_no_user_moves_a_statistic_by_more_than_its_sensitivity(
    rows: list[tuple[Any, ...]], limit: int, bounds: tuple[int, int], function: Aggregation
) -> None:
    clamp = None
    if function in {Aggregation.SUM, Aggregation.AVG, Aggregation.STDDEV}:
        clamp = fitted(Clamp(Grid(STEP, "DOUBLE"), min(bounds), max(bounds)), function, limit, SCALE)
    aggregate = PrivateAggregate("a0", function, "v0", users=False, expression="x")
    statistics = statistics_of(aggregate, limit, clamp, SCALE)
    with DuckDBEngine() as engine:
        engine.insert("rows", [Column("u", "VARCHAR"), Column("g0", "VARCHAR"), Column("v0", "DOUBLE")], rows)
        engine.create(SAMPLED, bounding.sampled_sql("rows", ("g0",), {"v0": Grid(STEP, "DOUBLE")}, ("v0",)))
        sums = {statistic.name: statistic.sql for statistic in statistics}
        per_user = engine.query(bounding.bounded_sums_sql(("u", "g0"), sums, limit, one_user_a_group=False))
    assert None not in per_user.column("u")
    for statistic in statistics:
        squares: dict[str, int] = defaultdict(int)
        for user, moved in zip(per_user.column("u"), per_user.column(statistic.name), strict=True):
            squares[user] += int(moved) ** 2
        assert all(square <= statistic.sensitivity**2 for square in squares.values())
        assert statistic.mechanism.sigma == SCALE * statistic.sensitivity or function is Aggregation.COUNT_DISTINCT


def test_rows_of_a_user_are_sampled_uniformly() -> None:
    """Four equal rows and another one: the other one comes first for one user in five."""
    users = 4000
    table = [(f"u{user}", "other" if copy == 0 else "same") for user in range(users) for copy in range(5)]
    with DuckDBEngine() as engine:
        engine.insert("rows", [Column("u", "VARCHAR"), Column("g0", "VARCHAR")], table)
        engine.create(SAMPLED, bounding.sampled_sql("rows", ("g0",), {}, ()))
        numbers = engine.query(f"SELECT r, count(*) FROM {SAMPLED} WHERE g0 = 'other' GROUP BY r ORDER BY r").rows
    deviation = math.sqrt(users * 0.2 * 0.8)
    assert [number for number, _ in numbers] == [1, 2, 3, 4, 5]
    assert all(abs(count - users / 5) < 5 * deviation for _, count in numbers)


@given(value=st.one_of(st.floats(), st.integers(-(2**60), 2**60)), factor=st.sampled_from([1, 2, 1024]))
@settings(max_examples=60, deadline=None)
def test_snapping_and_coarsening_agree_with_the_engine(value: float, factor: int) -> None:
    grid = Grid(STEP, "DOUBLE")
    with DuckDBEngine() as engine:
        engine.insert("t", [Column("v", "DOUBLE")], [(float(value),)])
        clamp = Clamp(grid, -LARGEST, LARGEST, factor)
        ((steps, coarse),) = engine.query(
            f"SELECT s, {clamp.sql('s')} FROM (SELECT {grid.snapped('v')} AS s FROM t) AS q"
        ).rows
    if math.isnan(value):
        assert steps is None
        return
    exact = LARGEST if value == math.inf else -LARGEST if value == -math.inf else Fraction(value) / STEP
    assert abs(steps - max(-LARGEST, min(LARGEST, exact))) <= 1
    assert coarse == rounded(steps, factor)
    assert abs(coarse) <= clamp.magnitude


def test_grids_follow_declared_types() -> None:
    assert grid_of("DECIMAL(12,3)", "x", STEP) == Grid(Fraction(1, 1000), "DECIMAL(38,3)")
    assert grid_of("BIGINT", "x", STEP).step == 1
    assert grid_of("DOUBLE", "x", STEP).step == STEP
    with pytest.raises(NotEnforceableError, match="x is DATE; sums and averages need numbers"):
        grid_of("DATE", "x", STEP)


def test_scales_compose_to_the_same_loss() -> None:
    two = half_each(SCALE)
    assert 2 / two**2 <= 1 / SCALE**2
    assert float(2 / two**2) == pytest.approx(float(1 / SCALE**2))
    assert together([SCALE]) == SCALE
    assert float(together([SCALE, SCALE])) == pytest.approx(15 / math.sqrt(2))
    assert 1 / together([SCALE, SCALE]) ** 2 <= 2 / SCALE**2
