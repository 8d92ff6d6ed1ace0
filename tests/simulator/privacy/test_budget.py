"""The budget model against every published count, and its own promises."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.privacy.budget import PUBLISHED, RELEASES, RHO_STEP, UNITS, Aggregation, BudgetModel, sqrt_up
from tests.yaml_text import from_yaml

CASES: dict[str, Any] = from_yaml(
    (Path(__file__).parents[2] / "cases" / "privacy" / "published_counts.yaml").read_text("utf-8")
)
CASES.pop("source")
MODEL = BudgetModel()

epsilons = st.integers(1, 20)
noises = st.integers(10, 100)
functions = st.sampled_from(Aggregation)


def spent(case: dict[str, Any]) -> Fraction:
    return MODEL.query_rho([Aggregation(name) for name in case.get("spent", [])], case["users"])


@pytest.mark.parametrize(
    ("name", "function"), [(name, function) for name, case in CASES.items() for function in case["left"]]
)
def test_every_published_count_is_reproduced(name: str, function: str) -> None:
    case = CASES[name]
    left = MODEL.remaining_count(Aggregation(function), case["epsilon"], case["users"], spent(case))
    assert left == case["left"][function]


def test_there_are_fifteen_published_counts() -> None:
    assert sum(len(case["left"]) for case in CASES.values()) == 15
    assert {(case["epsilon"], case["users"]) for case in CASES.values()} == PUBLISHED


@pytest.mark.parametrize("name", CASES)
def test_utility_used_is_what_the_console_shows(name: str) -> None:
    case = CASES[name]
    assert MODEL.utility_used(case["epsilon"], case["users"], spent(case)) == case["used"]


def test_44_counts_leave_143_averages() -> None:
    assert MODEL.remaining_count(Aggregation.AVG, 10, 30, 44 * MODEL.query_rho([Aggregation.COUNT], 30)) == 143


def test_a_query_costs_the_sum_of_its_functions() -> None:
    assert MODEL.cost([Aggregation.SUM, Aggregation.COUNT, Aggregation.AVG]) == 9


def test_after_two_averages_a_count_distinct_still_fits_and_a_third_average_does_not() -> None:
    left = MODEL.total_rho(1) - MODEL.query_rho([Aggregation.AVG, Aggregation.AVG], 30)
    assert MODEL.query_rho([Aggregation.AVG], 30) > left >= MODEL.query_rho([Aggregation.COUNT_DISTINCT], 30)


def test_the_smallest_budget_holds_one_count_distinct_and_is_then_used_up() -> None:
    assert [MODEL.max_count(function, 1, 10) for function in Aggregation] == [0, 0, 1, 0, 0]
    assert MODEL.utility_used(1, 10, MODEL.unit_rho(10)) == 100


@pytest.mark.parametrize(("epsilon", "units"), [(2, 36.40), (5, 195.1), (12, 900.7), (20, 2094.2)])
def test_estimates_agree_with_the_fitted_rule(epsilon: int, units: float) -> None:
    assert MODEL.capacity(epsilon, 30) == pytest.approx(units, rel=3e-4)


@given(epsilons, noises, functions)
def test_the_estimate_lies_in_its_range(epsilon: int, users: int, function: Aggregation) -> None:
    low, high = MODEL.count_range(function, epsilon, users)
    count = MODEL.max_count(function, epsilon, users)
    assert low <= count <= high
    assert MODEL.is_published(epsilon, users) <= (low == high == count)


@given(epsilons, noises, functions, st.integers(0, 10_000))
def test_remaining_counts_and_amounts_never_disagree(
    epsilon: int, users: int, function: Aggregation, done: int
) -> None:
    cost = MODEL.query_rho([function], users)
    left = MODEL.remaining_count(function, epsilon, users, done * cost)
    assert left == max(0, MODEL.max_count(function, epsilon, users) - done)
    if left:
        assert done * cost + left * cost <= MODEL.total_rho(epsilon)


@given(epsilons, noises)
def test_amounts_are_whole_steps_on_the_safe_side(epsilon: int, users: int) -> None:
    unit = MODEL.unit_rho(users)
    assert unit % RHO_STEP == MODEL.total_rho(epsilon) % RHO_STEP == 0
    assert 0 <= unit - MODEL.z**2 / (2 * users**2) < RHO_STEP


@given(noises, functions)
def test_the_releases_of_a_function_together_cost_no_more_than_its_units(users: int, function: Aggregation) -> None:
    each = 1 / (2 * MODEL.noise_scale(function, users) ** 2)
    assert len(RELEASES[function]) * each <= UNITS[function] * MODEL.unit_rho(users)


def test_counting_users_adds_noise_of_n_over_z() -> None:
    assert MODEL.noise_scale(Aggregation.COUNT_DISTINCT, 30) == 30 / MODEL.z


@pytest.mark.parametrize("epsilon", [0, 21, True, 1.5])
def test_a_budget_outside_the_range_is_refused(epsilon: Any) -> None:  # noqa: ANN401 - wrong types on purpose
    with pytest.raises(ValueError, match=f"^epsilon must be a whole number from 1 to 20; found {epsilon!r}$"):
        MODEL.max_count(Aggregation.SUM, epsilon, 30)


@pytest.mark.parametrize("users", [9, 101])
def test_noise_outside_the_range_is_refused(users: int) -> None:
    message = f"^users_noise_per_query must be a whole number from 10 to 100; found {users}$"
    with pytest.raises(ValueError, match=message):
        MODEL.max_count(Aggregation.SUM, 1, users)
    with pytest.raises(ValueError, match=message):
        MODEL.noise_scale(Aggregation.SUM, users)


@given(st.fractions(min_value=Fraction(1, 10**6), max_value=10**6))
def test_square_roots_are_rounded_up_by_next_to_nothing(number: Fraction) -> None:
    root = sqrt_up(number)
    assert number <= root**2 <= number * (1 + Fraction(1, 10**9)) ** 2


def test_rational_square_roots_are_exact() -> None:
    assert sqrt_up(Fraction(9, 16)) == Fraction(3, 4)
