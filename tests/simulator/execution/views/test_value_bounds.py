"""What one unit adds, as the engine rounds it, never passes the sensitivity that the noise is made for."""

from __future__ import annotations

from fractions import Fraction

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.execution.engines.engine import RUN
from simulator.execution.views.noisy_query import NoisyAggregate, NoisyFunction
from simulator.execution.views.partials import BOUNDS, KEPT, totals_sql
from simulator.execution.views.value_bounds import ValueBounds, as_double, releases_of

DOUBLES = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300)


@settings(max_examples=60)
@given(st.tuples(DOUBLES, DOUBLES).map(sorted), DOUBLES, st.booleans())
@example([0.0, 1.1125369292536007e-308], 1.0, False)  # noqa: FBT003 - half of the smallest step
@example([0.0, 5e-324], 1.0, False)  # noqa: FBT003
@example([0.0, 0.5], 1.0, True)  # noqa: FBT003
@example([-0.5, 0.4], -1.0, True)  # noqa: FBT003
def test_a_clamped_value_stays_within_the_sensitivity(bounds: list[float], value: float, is_whole: bool) -> None:  # noqa: FBT001
    found = ValueBounds(Fraction(bounds[0]), Fraction(bounds[1]), is_whole=is_whole)
    low, high = found.steps
    (release,) = releases_of(NoisyFunction.SUM, found, 1, Fraction(1))
    steps = _steps(found, round(max(-(2**100), min(value, 2**100))) if is_whole else value)
    assert low <= steps <= high
    assert abs(steps) <= release.sensitivity


@pytest.mark.parametrize("high", [5e-324, 1e-320, 1.1125369292536007e-308, 0.4, 1.0, 1e300])
def test_bounds_that_are_not_both_zero_always_get_noise(high: float) -> None:
    for is_whole in (False, True):
        found = ValueBounds(Fraction(0), Fraction(high), is_whole=is_whole)
        for function in (NoisyFunction.SUM, NoisyFunction.AVG):
            assert all(release.sensitivity > 0 for release in releases_of(function, found, 1, Fraction(1)))


def _steps(bounds: ValueBounds, value: float) -> int:
    """Return the steps that the engine counts for one unit with *value*."""
    aggregate = NoisyAggregate(name="a0", function=NoisyFunction.SUM, value="v", bounds=None, rank=None, call="SUM(v)")
    low, high, step = (as_double(each) for each in (bounds.low, bounds.high, bounds.step))
    with duckdb.connect() as engine:
        kind = "HUGEINT" if bounds.is_whole else "DOUBLE"
        engine.execute(f"CREATE SCHEMA {RUN}")
        engine.execute(f"CREATE TABLE {KEPT} AS SELECT 1 AS n, CAST($1 AS {kind}) AS a0", [value])
        columns = "CAST($1 AS DOUBLE) AS low, CAST($2 AS DOUBLE) AS high, CAST($3 AS DOUBLE) AS step"
        engine.execute(f"CREATE TABLE {BOUNDS} AS SELECT 1 AS n, {columns}", [low, high, step])
        ((_, _, steps, _),) = engine.execute(totals_sql(aggregate, is_whole=bounds.is_whole)).fetchall()
    return int(steps)
