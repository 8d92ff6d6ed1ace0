"""Errors of columns computed from several numbers, against drawn noise and against a pilot run."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from declarations.plan import WantedAccuracy
from simulator.execution.loading.data import MemoryData
from simulator.plans.derived_columns import (
    DerivedColumn,
    Estimate,
    derived_accuracy,
    derived_columns,
    measured_derived,
    propagated,
)
from simulator.plans.pilot import run_pilot
from simulator.plans.prices import private_run
from simulator.plans.query_accuracy import ColumnAccuracy, Contribution, DeclaredNoise, Known
from simulator.privacy.budget import BudgetModel
from simulator.request import AnalysisRequest
from simulator.room import request
from simulator.room_budgets import payers
from tests.plan_rooms import room

ROOM = room()
SIZES = (1000, 4000)
WANTED = WantedAccuracy(relative_error=0.5, group_sizes=SIZES)
NUMBERS = {"a0": Estimate(900.0, {"a0": 7.0}), "a1": Estimate(-300.0, {"a1": 5.0}), "a2": Estimate(40.0, {"a2": 0.5})}
EXPRESSIONS: dict[str, Callable[..., Any]] = {
    "a0 / a1": lambda a0, a1, _: a0 / a1,
    "a0 * a2 - a1": lambda a0, a1, a2: a0 * a2 - a1,
    "(a0 + 3) / NULLIF(a0 + a1, 0)": lambda a0, a1, _: (a0 + 3) / (a0 + a1),
    "ROUND(100 * a0 / a1, 2)": lambda a0, a1, _: 100 * a0 / a1,
    "-a0 / (a0 + a2)": lambda a0, _, a2: -a0 / (a0 + a2),
    "CAST(a0 AS DOUBLE) - COALESCE(a2, 0)": lambda a0, _, a2: a0 - a2,
    "a0 / a0": lambda a0, *_: a0 / a0,
}
CALLS = {
    "a ratio": "SUM(spend) / COUNT(user_id)",
    "a share of users": "COUNT(DISTINCT CASE WHEN day = 0 THEN user_id END) / COUNT(DISTINCT user_id)",
    "a difference": "SUM(spend) - COUNT(user_id)",
    "a condition": "CASE WHEN COUNT(user_id) > 5 THEN 1 ELSE 0 END",
    "text": "CAST(COUNT(user_id) AS STRING)",
}


def asked(call: str) -> AnalysisRequest:
    return request(ROOM, f"SELECT {call} AS x FROM visits")


def column(call: str) -> DerivedColumn:
    run, _ = private_run(asked(call), payers(ROOM, asked(call)))
    (found,) = derived_columns(run)
    return found


def by_formula(call: str, known: Known) -> ColumnAccuracy | None:
    derived = column(call)
    contributions = {each.name: (Contribution(mean=2.0, rows=1.5), known) for each in derived.aggregates}
    return derived_accuracy(derived, contributions, noise=DeclaredNoise(BudgetModel(), 30), sizes=SIZES)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_noise_goes_through_as_it_does_when_it_is_drawn(expression: str) -> None:
    found = propagated(sqlglot.parse_one(expression, read="spark"), NUMBERS)
    assert found is not None
    generator = np.random.default_rng(5)
    drawn = [each.value + each.deviation * generator.standard_normal(200_000) for each in NUMBERS.values()]
    computed = EXPRESSIONS[expression](*drawn)
    assert found.value == pytest.approx(float(np.median(computed)), rel=0.01)
    assert found.deviation == pytest.approx(float(np.std(computed)), rel=0.02, abs=1e-12)


@pytest.mark.parametrize(
    "expression", ["a0 / 0", "ABS(a0)", "a0 % 7", "a0 || a1", "CAST(a0 AS STRING)", "a9 + 1", "'x'"]
)
def test_what_is_not_known_is_not_stated(expression: str) -> None:
    assert propagated(sqlglot.parse_one(expression, read="spark"), NUMBERS) is None


@given(st.floats(1.0, 50), st.floats(1.0, 50))
def test_unknown_contributions_give_a_lower_bound_of_a_ratio(first: float, second: float) -> None:
    """Whatever users contribute, each number's relative error is a factor of at least 1 above the best."""
    item = sqlglot.parse_one("100 * a0 / a1")
    best = propagated(item, {name: Estimate(1000.0, {name: 30.0}) for name in ("a0", "a1")})
    worse = propagated(
        item, {"a0": Estimate(20.0, {"a0": 0.6 * first}), "a1": Estimate(7e5, {"a1": 0.03 * second * 7e5})}
    )
    assert best is not None
    assert worse is not None
    assert best.deviation / best.value <= worse.deviation / worse.value * (1 + 1e-9)


def test_a_column_that_shows_one_function_alone_is_not_derived() -> None:
    run, _ = private_run(asked("(COUNT(user_id))"), payers(ROOM, asked("(COUNT(user_id))")))
    assert derived_columns(run) == ()


@pytest.mark.parametrize(
    ("call", "known", "stated"),
    [
        ("a ratio", Known.LEAST, Known.LEAST),
        ("a ratio", Known.ASSUMED, Known.ASSUMED),
        ("a share of users", Known.EXACT, Known.LEAST),
        ("a difference", Known.LEAST, None),
        ("a difference", Known.ASSUMED, Known.ASSUMED),
        ("a condition", Known.ASSUMED, None),
        ("text", Known.ASSUMED, None),
    ],
)
def test_an_error_is_stated_as_far_as_contributions_are_known(call: str, known: Known, stated: Known | None) -> None:
    found = by_formula(CALLS[call], known)
    assert (found and found.known) == stated
    if found is not None:
        assert [error.expected is None for error in found.errors] == [stated is Known.LEAST] * len(SIZES)
        assert found.errors[0].relative == pytest.approx(4 * found.errors[1].relative)
        assert found.relative(30, SIZES[0]) == pytest.approx(found.errors[0].relative)


def test_a_pilot_run_measures_a_ratio() -> None:
    """Two visits of each of 3,000 users; half of the users came on day 0. The sample stands for ten times as many."""
    rows = [{"user_id": f"u{user}", "day": user % 2, "spend": 10} for user in range(3000) for _ in range(2)]
    data = MemoryData({"visits": rows})
    for call in (CALLS["a ratio"], CALLS["a share of users"]):
        pilot = run_pilot(asked(call), data, payers(ROOM, asked(call)), seed=1)
        found = measured_derived(column(call), pilot, WANTED, (1.0, 10.0))
        assert found is not None
        assert found.known is Known.PILOT
        assert found.measured is not None
        assert (found.measured.groups, found.measured.usable_at_start, found.measured.usable_at_end) == (1, 1, 1)
        # At the sample's own size, the group of all rows has the error that its size has.
        whole = WANTED.model_copy(update={"group_sizes": (3000,)})
        again = measured_derived(column(call), pilot, whole, (1.0, 10.0))
        assert again is not None
        assert found.measured.median_relative == pytest.approx(again.errors[0].relative)
        assert set(found.factors_at) == set(pilot.at_noises)


def test_half_of_the_users_weigh_twice() -> None:
    rows = [{"user_id": f"u{user}", "day": user % 2, "spend": 10} for user in range(3000)]
    call = CALLS["a share of users"]
    pilot = run_pilot(asked(call), MemoryData({"visits": rows}), payers(ROOM, asked(call)), seed=1)
    found = measured_derived(column(call), pilot, WANTED, (1.0, 1.0))
    assert found is not None
    assert found.errors[0].relative == pytest.approx(math.hypot(30 / 500, 30 / 1000), rel=1e-3)
    assert found.errors[0].half_width == pytest.approx(0.5 * found.errors[0].relative)
