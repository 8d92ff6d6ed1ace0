"""Noise on BigQuery's views is as wide as the reference says: accepted as it is, refused at 0.9 and 1.1 times that."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from declarations.bigquery.room import BigQueryRoom
from simulator.execution.loading.data import MemoryData
from simulator.execution.views.noisy_query import NoisyQuery
from simulator.execution.views.running import run_on_views
from simulator.privacy.laplace_release import LaplaceRelease
from simulator.privacy.laplace_threshold import laplace_threshold
from simulator.privacy.rng import seeded
from simulator.views import bigquery_room

pytestmark = pytest.mark.statistics

GROUPS = 20_000
EPSILON, LIMIT = 1.2, 3
ROOM = BigQueryRoom.model_validate(
    {
        "name": "r",
        "project": "clean-room",
        "tables": [{"name": "ds.T", "columns": {"unit": "INT64", "grp": "INT64", "x": "FLOAT64", "n": "INT64"}}],
    }
)
ROWS = [{"unit": group, "grp": group, "x": 4.0, "n": 3} for group in range(GROUPS)]
Numbers = NDArray[np.float64]


def _errors(call: str, exact: float, delta: float = 1) -> Numbers:
    options = f"epsilon = {EPSILON}, delta = {delta}, privacy_unit_column = unit, max_groups_contributed = {LIMIT}"
    sql = f"SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS({options}) grp, {call} AS v FROM ds.T GROUP BY grp"
    request = bigquery_room.request(ROOM, sql)
    found = run_on_views(ROOM, request, MemoryData({"ds.t": ROWS}), booking=None, source=seeded(5))
    return np.array([float(value) - exact for value in found.answer.column("v")])


def _fits(errors: Numbers, scale: float) -> bool:
    """The mean magnitude of Laplace noise is its scale; of 20,000 numbers it is off by 0.7 % in the standard error."""
    return bool(abs(np.mean(np.abs(errors)) / scale - 1) < 0.035)


SHARE = EPSILON / 2
CASES = {
    "COUNT(*, contribution_bounds_per_group => (0, 5))": (1, LIMIT * 5 / SHARE),
    "SUM(n, contribution_bounds_per_group => (-7, 4))": (3, LIMIT * 7 / SHARE),
    "SUM(x, contribution_bounds_per_group => (0, 8.5))": (4, LIMIT * 8.5 / SHARE),
}
"""A call of one aggregate, its exact value, and the scale k * max(|L|, |U|) / (ε / 2)."""


@pytest.mark.parametrize("call", CASES)
def test_scales_of_sums_and_counts(call: str) -> None:
    exact, scale = CASES[call]
    errors = _errors(call, exact)
    assert errors.size == GROUPS
    assert _fits(errors, scale)
    assert not _fits(errors, 0.9 * scale)
    assert not _fits(errors, 1.1 * scale)


def test_the_noise_of_an_average() -> None:
    """Half of the share each: the count with scale 2 k / ε, the sum around the middle with k (U - L) / ε."""
    errors = _errors("AVG(x, contribution_bounds_per_group => (-1000, 1008))", 4)
    random = np.random.default_rng(3)

    def expected(factor: float) -> float:
        sums = random.laplace(0, factor * LIMIT * 2008 / SHARE, 400_000)
        counts = np.maximum(1, 1 + random.laplace(0, factor * 2 * LIMIT / SHARE, 400_000))
        return float(np.median(np.abs(np.clip(sums / counts + 4, -1000, 1008) - 4)))

    found = float(np.median(np.abs(errors)))
    assert abs(found / expected(1) - 1) < 0.03


def _inside(errors: Numbers) -> float:
    return float(np.mean(np.abs(errors) < 900))


def test_the_noise_of_an_average_is_refused_at_other_scales() -> None:
    """How often the clamp does not cut: a share that falls with the scale of the sum and of the count."""
    inside = _inside(_errors("AVG(x, contribution_bounds_per_group => (-1000, 1008))", 4))
    random = np.random.default_rng(4)

    def expected(factor: float) -> float:
        sums = random.laplace(0, factor * LIMIT * 2008 / SHARE, 400_000)
        counts = np.maximum(1, 1 + random.laplace(0, 2 * LIMIT / SHARE, 400_000))
        return _inside(np.clip(sums / counts + 4, -1000, 1008) - 4)

    deviation = 4 * np.sqrt(inside * (1 - inside) / GROUPS)
    assert abs(inside - expected(1)) < deviation
    assert abs(inside - expected(0.9)) > deviation
    assert abs(inside - expected(1.1)) > deviation


@pytest.mark.parametrize("delta", [0.05, 0.3])
def test_groups_of_one_unit_are_shown_as_often_as_delta_allows(delta: float) -> None:
    """1 + noise, rounded to a whole number, reaches the threshold T: noise of at least T - 1.5."""
    shown = _errors("COUNT(*, contribution_bounds_per_group => (0, 1))", 0, delta).size / GROUPS
    threshold = laplace_threshold(SHARE, delta, LIMIT)
    expected = np.exp(-(threshold - 1.5) * SHARE / LIMIT) / 2
    assert abs(shown - expected) < 4 * np.sqrt(expected / GROUPS)
    assert abs(shown - 1.3 * expected) > 4 * np.sqrt(expected / GROUPS)


def _without_share_for_units(query: NoisyQuery) -> int:
    return len(query.aggregates)


def _without_group_limit(query: NoisyQuery) -> int:
    return 1


PLANTED: dict[str, Callable[[NoisyQuery], int]] = {
    "shares": _without_share_for_units,
    "groups_per_unit": _without_group_limit,
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_bugs_are_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NoisyQuery, name, property(PLANTED[name]))
    exact, scale = CASES[call := next(iter(CASES))]
    assert not _fits(_errors(call, exact), scale)


def test_a_release_is_laplace_in_its_tails() -> None:
    release = LaplaceRelease(Fraction(2), Fraction(1, 3))
    noise = np.array([float(number) for number in release.add_noise([0] * 200_000, seeded(9))])
    for multiple in (0.5, 1, 2, 4):
        expected = np.exp(-multiple)
        found = np.mean(np.abs(noise) > multiple * 6)
        assert abs(found - expected) < 4 * np.sqrt(expected / noise.size)
