"""A pilot run finds what the rows hold, and its errors are those that a real run reports about itself."""

from __future__ import annotations

from itertools import combinations
from statistics import median
from typing import Any

import pytest

from declarations.plan import WantedAccuracy
from simulator.execution.errors import ExecutionError
from simulator.execution.loading.data import MemoryData
from simulator.execution.options import RunOptions
from simulator.execution.running import run
from simulator.plans.derived_columns import derived_columns, measured_derived
from simulator.plans.limits_at_noise import NOISES, OF_VALUES
from simulator.plans.pilot import Pilot, contribution_of, measured_accuracy, run_pilot
from simulator.plans.prices import private_run
from simulator.plans.query_accuracy import DeclaredNoise, standard_deviation
from simulator.privacy.budget import Aggregation
from simulator.privacy.rng import seeded
from simulator.room import request
from simulator.room_budgets import payers
from tests.plan_rooms import QUERIES, room

USERS = 3000
VISITS: list[dict[str, Any]] = [
    {"user_id": f"u{user}", "day": visit, "spend": 5 + (7 * user + visit) % 40}
    for user in range(USERS)
    for visit in range(1 + user % 4)
]
PANEL = [{"user_id": f"u{user}", "region": f"r{user % 3}"} for user in range(USERS)]
DATA = MemoryData({"visits": VISITS, "panel": PANEL})
DECLARED = room()


def pilot(sql: str, data: MemoryData = DATA) -> Pilot:
    asked = request(DECLARED, sql)
    return run_pilot(asked, data, payers(DECLARED, asked), seed=1)


@pytest.mark.parametrize("name", ["users", "rows", "spend", "mean", "by_region"])
def test_expected_errors_are_those_the_run_reports(name: str) -> None:
    """Counts and sums have the width of their noise; the width of a mean is simulated by the run, a formula here."""
    found = pilot(QUERIES[name])
    (measured,), (noise,) = found.measured, found.report.noise
    group = measured.groups[0]
    deviation = standard_deviation(
        measured.aggregate.function,
        contribution_of(measured.parameters, group, measured.aggregate.function),
        noise=DeclaredNoise(found.run.settings.model, 30),
        users=group.users,
        of_users=measured.aggregate.users,
    )
    assert noise.half_width is not None
    assert float(found.run.settings.model.z) * deviation == pytest.approx(
        noise.half_width, rel=0.15 if name == "mean" else 0.01
    )


def test_statistics_are_exact() -> None:
    found = pilot(QUERIES["spend"])
    (measured,) = found.measured
    assert measured.column == "spend"
    assert measured.whole.users == USERS
    assert measured.whole.values == len(VISITS)
    assert measured.whole.total == sum(visit["spend"] for visit in VISITS)
    assert measured.whole.present == pytest.approx(USERS)
    assert found.users == {"visits": USERS}


def test_users_of_a_group_are_shared_out_as_the_threshold_counts_them() -> None:
    (measured,) = pilot(QUERIES["by_region"]).measured
    assert [group.users for group in measured.groups] == [1000] * 3
    assert sum(group.present for group in measured.groups) == pytest.approx(USERS)


def test_what_limits_and_clamps_leave_is_what_a_bounded_sum_would_be() -> None:
    (measured,) = pilot(QUERIES["spend"]).measured
    limit, low, high = (
        measured.parameters.user_contribution_limit,
        measured.parameters.min_value or 0,
        measured.parameters.max_value or 0,
    )
    rows: dict[str, list[float]] = {}
    for visit in VISITS:
        rows.setdefault(str(visit["user_id"]), []).append(min(max(float(str(visit["spend"])), low), high))
    expected = sum(sum(values) * min(1, limit / len(values)) for values in rows.values())
    assert measured.whole.kept == pytest.approx(expected)


def expected_distinct(rows: dict[str, list[int]], limit: int) -> float:
    """Sum over the values how likely some row with it is kept, by looking at every sample of every user."""
    missed: dict[int, float] = {}
    for values in rows.values():
        samples = list(combinations(values, min(limit, len(values))))
        for value in set(values):
            none = sum(value not in sample for sample in samples) / len(samples)
            missed[value] = missed.get(value, 1.0) * none
    return sum(1 - none for none in missed.values())


def test_distinct_values_are_lost_with_all_of_their_rows() -> None:
    rows = {
        f"u{user}": [user, user, *range(10_000 + 7 * user, 10_000 + 7 * user + 12 * (user < 3))] for user in range(40)
    }
    visits = [{"user_id": user, "day": 1, "spend": value} for user, values in rows.items() for value in values]
    found = pilot("SELECT COUNT(DISTINCT spend) AS spends FROM visits", MemoryData({"visits": visits, "panel": PANEL}))
    (measured,) = found.measured
    limit = measured.parameters.user_contribution_limit
    assert limit < 14
    assert measured.whole.expected(Aggregation.COUNT_DISTINCT) == pytest.approx(expected_distinct(rows, limit))
    assert measured.whole.exact == len({value for row in rows.values() for value in row})


def test_a_user_counts_in_one_group_and_the_bias_says_so() -> None:
    found = pilot("SELECT day, COUNT(DISTINCT user_id) AS users FROM visits GROUP BY day")
    (measured,) = found.measured
    assert [group.exact for group in measured.groups] == [3000, 2250, 1500, 750]
    expected = [group.expected(Aggregation.COUNT_DISTINCT) for group in measured.groups]
    assert expected == pytest.approx([750 * (1 + 1 / 2 + 1 / 3 + 1 / 4), 750 * 13 / 12, 750 * 7 / 12, 750 / 4])
    (column,) = measured_accuracy(found, WantedAccuracy(relative_error=0.5), (1.0, 1.0))
    assert column.measured is not None
    assert column.measured.median_bias == pytest.approx((13 / 36 + 7 / 24) / 2 - 1)
    # The noise of 30 users is small everywhere; only of the first day less than half is lost.
    assert column.measured.median_relative < 0.05
    assert column.measured.usable_at_start == 1


def test_a_user_counted_under_a_condition_is_counted_by_a_row_that_meets_it() -> None:
    sql = "SELECT day, COUNT(DISTINCT CASE WHEN day > 0 THEN user_id END) AS users FROM visits GROUP BY day"
    (measured,) = pilot(sql).measured
    expected = [group.expected(Aggregation.COUNT_DISTINCT) for group in measured.groups]
    assert expected == pytest.approx([0, 750 * (1 + 1 / 2 + 1 / 3), 750 * 5 / 6, 750 / 3])


@pytest.mark.parametrize("function", ["COUNT(*)", "COUNT(spend)", "SUM(spend)", "AVG(spend)", "STDDEV(spend)"])
def test_the_expected_bias_is_that_of_real_runs(function: str) -> None:
    """Light users keep all rows: with no user above the limit and no value outside its bounds nothing is lost."""
    (measured,) = pilot(f"SELECT {function} AS x FROM visits").measured
    aggregation = measured.aggregate.function
    exact, expected = measured.whole.exact, measured.whole.expected(aggregation)
    assert measured.parameters.user_contribution_limit >= 4
    assert exact is not None
    assert expected == pytest.approx(exact, rel=0.2 if aggregation in OF_VALUES else 1e-9)


GUESTS = [{"user_id": None, "day": visit % 4, "spend": 60 + visit % 20} for visit in range(5000)]
NOBODY = [{"user_id": None, "day": 9, "spend": 60}] * 100
WITH_GUESTS = MemoryData({"visits": [*VISITS, *GUESTS, *NOBODY], "panel": PANEL})


@pytest.mark.parametrize(
    ("item", "beyond"),
    [
        ("COUNT(*)", 0.3),
        ("SUM(spend)", 0.5),
        ("AVG(spend)", 0.2),
        ("STDDEV(spend)", 0.2),
        ("COUNT(DISTINCT user_id)", 0.3),
        ("SUM(spend) / COUNT(*)", 0.2),
        ("COUNT(DISTINCT CASE WHEN day > 1 THEN user_id END)", 0.3),
    ],
)
def test_bias_is_that_of_a_run_where_rows_name_no_user(item: str, beyond: float) -> None:
    """Guests are in the exact answer, and in no released one; a day on which only guests came is never shown."""
    sql = f"SELECT day, {item} AS x FROM visits GROUP BY day"
    found, asked = pilot(sql, WITH_GUESTS), request(DECLARED, sql)
    options = RunOptions(bias=True)
    result = run(asked, WITH_GUESTS, privacy=payers(DECLARED, asked), booking=None, source=seeded(2), options=options)
    assert result.privacy is not None
    (column,) = result.privacy.bias.columns
    wanted, factors = WantedAccuracy(relative_error=0.15), (1.0, 1.0)
    prepared, _ = private_run(asked, payers(DECLARED, asked))
    derived = [measured_derived(each, found, wanted, factors) for each in derived_columns(prepared)]
    (expected,) = [each for each in derived if each is not None] or measured_accuracy(found, wanted, factors)
    assert expected.measured is not None
    assert expected.measured.groups == 5
    assert expected.measured.usable_at_start == 0
    assert expected.measured.median_bias == pytest.approx(median(column.shares), abs=0.03)
    assert abs(expected.measured.median_bias or 0) > beyond


def test_where_nothing_is_lost_the_bias_is_zero() -> None:
    """Not the rounding of an expected sum."""
    rows = [{"user_id": f"u{user}", "day": user % 3, "spend": 7} for user in range(USERS)]
    found = pilot("SELECT day, COUNT(DISTINCT user_id) AS n FROM visits GROUP BY day", MemoryData({"visits": rows}))
    (column,) = measured_accuracy(found, WantedAccuracy(), (1.0, 1.0))
    assert column.measured is not None
    assert column.measured.median_bias == 0


def test_rows_that_are_missing_are_an_error() -> None:
    with pytest.raises(ExecutionError, match="no rows"):
        pilot(QUERIES["by_region"], MemoryData({"visits": VISITS}))


def test_more_noise_finds_smaller_limits_and_narrower_bounds() -> None:
    found = pilot(QUERIES["spend"])
    assert set(found.at_noises) == set(NOISES)
    (least,), (most,) = found.at_noises[NOISES[0]], found.at_noises[NOISES[-1]]
    assert least.user_contribution_limit >= most.user_contribution_limit >= 1
    assert (least.max_value or 0) >= (most.max_value or 0) > 0
    (declared,), (released,) = found.at_noises[30], found.report.sensitivity_parameters
    assert declared.user_contribution_limit == released.user_contribution_limit
    assert declared.max_value == released.max_value


def test_users_are_counted_once_at_every_noise() -> None:
    found = pilot(QUERIES["users"])
    assert {each.user_contribution_limit for (each,) in found.at_noises.values()} == {1}
    (column,) = measured_accuracy(found, WantedAccuracy(), (1.0, 1.0))
    assert set(column.factors_at.values()) == {1.0}
