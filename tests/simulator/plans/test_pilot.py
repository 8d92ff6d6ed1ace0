"""A pilot run finds what the rows hold, and its errors are those that a real run reports about itself."""

from __future__ import annotations

import pytest

from declarations.plan import WantedAccuracy
from simulator.execution.data import MemoryData
from simulator.execution.errors import ExecutionError
from simulator.plans.limits_at_noise import NOISES
from simulator.plans.pilot import Pilot, contribution_of, fly, measured_accuracy
from simulator.plans.query_accuracy import standard_deviation
from simulator.room import request
from simulator.room_budgets import payers
from tests.plan_rooms import QUERIES, room

USERS = 3000
VISITS = [
    {"user_id": f"u{user}", "day": visit, "spend": 5 + (7 * user + visit) % 40}
    for user in range(USERS)
    for visit in range(1 + user % 4)
]
PANEL = [{"user_id": f"u{user}", "region": f"r{user % 3}"} for user in range(USERS)]
DATA = MemoryData({"visits": VISITS, "panel": PANEL})
DECLARED = room()


def pilot(sql: str, data: MemoryData = DATA) -> Pilot:
    asked = request(DECLARED, sql)
    return fly(asked, data, payers(DECLARED, asked), seed=1)


@pytest.mark.parametrize("name", ["users", "rows", "spend", "mean", "by_region"])
def test_expected_errors_are_those_the_run_reports(name: str) -> None:
    """Counts and sums have the width of their noise; the width of a mean is simulated by the run, a formula here."""
    found = pilot(QUERIES[name])
    (measured,), (noise,) = found.measured, found.report.noise
    for group in measured.groups[:1]:
        deviation = standard_deviation(
            measured.aggregate.function,
            contribution_of(measured.parameters, group, measured.aggregate.function),
            model=found.settings.model,
            users_noise=30,
            users=group.users,
            of_users=measured.aggregate.users,
        )
        assert noise.half_width is not None
        assert float(found.settings.model.z) * deviation == pytest.approx(
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
