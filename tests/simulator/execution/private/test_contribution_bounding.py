"""What one user contributes never exceeds the stated sensitivity, whatever the rows."""

from __future__ import annotations

import math
import secrets
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine import Column, Relation
from simulator.execution.errors import NotEnforceableError
from simulator.execution.private import contribution_bounding as bounding
from simulator.execution.private.contribution_bounding import DRAWN, Clamp, Sampling
from simulator.execution.private.grid import LARGEST, Grid, grid_of, rounded
from simulator.execution.private.query import PrivateAggregate
from simulator.execution.private.releases import (
    StatisticSource,
    combined_scale,
    fit_to_sampler,
    scale_of_each_half,
    statistics_of,
)
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


@settings(max_examples=40)
@given(
    rows=rows,
    limit=st.integers(1, 6),
    bounds=st.tuples(st.integers(-(2**50), 2**50), st.integers(-(2**50), 2**50)),
    function=st.sampled_from(list(Aggregation)),
    salts=st.tuples(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1)),
)
def test_no_user_moves_a_statistic_by_more_than_its_sensitivity(
    rows: list[tuple[Any, ...]],
    limit: int,
    bounds: tuple[int, int],
    function: Aggregation,
    salts: tuple[int, int],
) -> None:
    clamp = None
    if function in {Aggregation.SUM, Aggregation.AVG, Aggregation.STDDEV}:
        clamp = fit_to_sampler(Clamp(Grid(STEP, "DOUBLE"), min(bounds), max(bounds)), function, limit, SCALE)
    aggregate = PrivateAggregate("a0", function, "v0", users=False, expression="x")
    statistics = statistics_of(aggregate, limit, clamp, SCALE)
    keys, grids = {"u": "u", "g0": "g0"}, {"v0": Grid(STEP, "DOUBLE")}
    sampling = Sampling(keys, grids, ("v0",), drawing=salts[0], keeping=salts[1])
    columns = [Column("u", "VARCHAR"), Column("g0", "VARCHAR"), Column("v0", "DOUBLE")]
    with DuckDBEngine() as engine:
        sampled(engine, sampling, columns, rows, limit)
        sums = {each.name: each.sql for each in statistics if each.source is StatisticSource.ROWS}
        distinct = {each.name: each.sql for each in statistics if each.source is StatisticSource.DISTINCT_VALUES}
        per_user = summed(engine, sampling, sums, distinct, {"users": DRAWN})
    assert all(count == 1 for count in per_user_sums(per_user, "users").values())
    assert None not in per_user.column("u")
    for statistic in statistics:
        squares: dict[str, int] = defaultdict(int)
        for user, moved in zip(per_user.column("u"), per_user.column(statistic.name), strict=True):
            squares[user] += int(moved) ** 2
        assert all(square <= statistic.sensitivity**2 for square in squares.values())
        assert statistic.mechanism.sigma == SCALE * statistic.sensitivity or function is Aggregation.COUNT_DISTINCT


@settings(max_examples=20)
@given(rows=rows, limit=st.integers(1, 6))
def test_a_user_under_a_condition_counts_once(rows: list[tuple[Any, ...]], limit: int) -> None:
    """v0 is the user where the random value is a number; group keys may be NULL, and so may users."""
    conditional = [(user, group, user if value is not None else None) for user, group, value in rows]
    sampling = Sampling({"u": "u", "g0": "g0"}, {}, conditions=("v0",))
    with DuckDBEngine() as engine:
        sampled(engine, sampling, [Column(name, "VARCHAR") for name in ("u", "g0", "v0")], conditional, limit)
        counted = summed(engine, sampling, {}, {}, {"users": f"{DRAWN}_v0"})
    met = {user for _, _, user in conditional if user is not None}
    assert per_user_sums(counted, "users") == {user: int(user in met) for user, _, _ in conditional if user is not None}


def test_rows_of_a_user_are_sampled_uniformly() -> None:
    """Four equal rows and another: it is among three kept rows of three users in five, and drawn for one in five."""
    users = 4000
    table = [(f"u{user}", "other" if copy == 0 else "same") for user in range(users) for copy in range(5)]
    sampling = Sampling({"g0": "g0"}, {}, drawing=secrets.randbits(63), keeping=secrets.randbits(63))
    with DuckDBEngine() as engine:
        sampled(engine, sampling, [Column("u", "VARCHAR"), Column("g0", "VARCHAR")], table, limit=3)
        (_, kept, drawn), (_, same, _) = summed(
            engine, sampling, {"kept": "count(*)"}, {}, {"drawn": DRAWN}, one_user_a_group=True
        ).rows
    assert kept + same == 3 * users
    assert abs(kept - 0.6 * users) < 5 * math.sqrt(users * 0.6 * 0.4)
    assert abs(drawn - 0.2 * users) < 5 * math.sqrt(users * 0.2 * 0.8)


def test_many_rows_are_sorted_in_parts_without_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounding, "_CHUNK", 100)
    table = [(f"u{user}", user % 3) for user in range(50) for _ in range(user)]
    sampling = Sampling({"g0": "g0"}, {})
    with DuckDBEngine() as engine:
        parts = sampled(engine, sampling, [Column("u", "VARCHAR"), Column("g0", "INTEGER")], table, limit=4)
        sums = summed(engine, sampling, {"kept": "count(*)"}, {}, {})
    assert parts > 10
    assert sum(sums.column("kept")) == sum(min(user, 4) for user in range(50))


def sampled(
    engine: DuckDBEngine, sampling: Sampling, columns: list[Column], rows: list[tuple[Any, ...]], limit: int
) -> int:
    """Make all internal tables from rows, and return in how many parts heavy users were sorted."""
    engine.insert("given", columns, rows)
    engine.create(bounding.KEPT_ROWS, sampling.rows_sql("SELECT * FROM run.given"))
    engine.define(bounding.ROWS, bounding.numbered_sql())
    engine.create(bounding.USERS, sampling.users_sql())
    for drawn in (DRAWN, *(f"{DRAWN}_{value}" for value in sampling.conditions)):
        engine.create(drawn, sampling.drawn_sql(drawn))
    engine.create(bounding.HEAVY, bounding.heavy_sql(limit))
    parts = list(sampling.heavy_rows_sql(limit, max(1, len(rows))))
    engine.create(bounding.HEAVY_ROWS, parts[0])
    for part in parts[1:]:
        engine.append(bounding.HEAVY_ROWS, part)
    return len(parts)


def summed(
    engine: DuckDBEngine,
    sampling: Sampling,
    sums: dict[str, str],
    distinct: dict[str, str],
    users: dict[str, str],
    *,
    one_user_a_group: bool = False,
) -> Relation:
    """Sum over the kept rows, and fetch every statistic."""
    engine.create(bounding.SUMS, sampling.sums_sql(sums, distinct, users, is_limited=True))
    names = (*sums, *distinct, *users)
    return engine.query(sampling.released_sql(names, one_user_a_group=one_user_a_group))


def per_user_sums(relation: Relation, name: str) -> dict[str, int]:
    """Add up a result column for each user."""
    found: dict[str, int] = defaultdict(int)
    for user, value in zip(relation.column("u"), relation.column(name), strict=True):
        found[user] += int(value)
    return dict(found)


@given(value=st.one_of(st.floats(), st.integers(-(2**60), 2**60)), factor=st.sampled_from([1, 2, 1024]))
@settings(max_examples=60)
def test_snapping_and_coarsening_agree_with_the_engine(value: float, factor: int) -> None:
    grid = Grid(STEP, "DOUBLE")
    with DuckDBEngine() as engine:
        engine.insert("t", [Column("v", "DOUBLE")], [(float(value),)])
        clamp = Clamp(grid, -LARGEST, LARGEST, factor)
        ((steps, coarse),) = engine.query(
            f"SELECT s, {clamp.clamped_sql('s')} FROM (SELECT {grid.snapped('v')} AS s FROM run.t) AS q"
        ).rows
    if math.isnan(value):
        assert steps is None
        return
    exact = LARGEST if value == math.inf else -LARGEST if value == -math.inf else Fraction(value) / STEP
    assert abs(steps - max(-LARGEST, min(LARGEST, exact))) <= 1
    assert coarse == rounded(steps, factor)
    assert abs(coarse) <= clamp.magnitude


@given(
    values=st.lists(st.one_of(st.none(), st.integers(-(2**62), 2**62)), max_size=8),
    bounds=st.tuples(st.integers(-(2**61), 2**61), st.integers(-(2**61), 2**61)).map(sorted),
    factor=st.sampled_from([1, 2, 2**40]),
)
@settings(max_examples=60)
def test_sums_and_squares_are_those_of_clamped_centred_values(
    values: list[int | None], bounds: list[int], factor: int
) -> None:
    low, high = bounds
    coarse = Clamp(Grid(Fraction(1), "BIGINT"), low, high, factor)
    clamp = replace(coarse, centre=sum(coarse.range) // 2)
    with DuckDBEngine() as engine:
        engine.insert("t", [Column("s", "BIGINT")], [(value,) for value in values])
        clamped = [each for (each,) in engine.query(f"SELECT {clamp.clamped_sql('s')} FROM run.t").rows]
        ((total,),) = engine.query(f"SELECT {clamp.sum_sql('s')} FROM run.t").rows
        small = clamp.magnitude < 2**60
        squares = engine.query(f"SELECT {clamp.squares_sql('s')} FROM run.t").rows[0][0] if small else None
    assert [each is None for each in clamped] == [value is None for value in values]
    centred = [each - clamp.centre for each in clamped if each is not None]
    assert all(abs(each) <= clamp.magnitude for each in centred)
    assert total == sum(centred)
    assert squares in {None, sum(each**2 for each in centred)}


def test_grids_follow_declared_types() -> None:
    assert grid_of("DECIMAL(12,3)", "x", STEP) == Grid(
        Fraction(1, 1000), "DECIMAL(38,3)", scale_of_mean=7, is_small=True
    )
    assert grid_of("BIGINT", "x", STEP).step == 1
    assert grid_of("DOUBLE", "x", STEP).step == STEP
    with pytest.raises(NotEnforceableError, match="x is DATE; sums and averages need numbers"):
        grid_of("DATE", "x", STEP)


def test_scales_compose_to_the_same_loss() -> None:
    two = scale_of_each_half(SCALE)
    assert 2 / two**2 <= 1 / SCALE**2
    assert float(2 / two**2) == pytest.approx(float(1 / SCALE**2))
    assert combined_scale([SCALE]) == SCALE
    assert float(combined_scale([SCALE, SCALE])) == pytest.approx(15 / math.sqrt(2))
    assert 1 / combined_scale([SCALE, SCALE]) ** 2 <= 2 / SCALE**2
