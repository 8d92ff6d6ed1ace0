"""Plans over rooms of BigQuery, on rooms small enough to know the answer beforehand."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declarations.bigquery.room import BigQueryRoom
from simulator.analysis_rules.judging import judge
from simulator.execution.errors import NotAllowedError
from simulator.execution.loading.data import MemoryData
from simulator.plans.compiling import compile_plan
from simulator.plans.draws import Draws
from simulator.plans.forecast import forecast
from simulator.plans.modes import Mode
from simulator.plans.outcomes import BudgetOutcome, Forecast
from simulator.plans.playing import play
from simulator.plans.prices import PlannedQueryError
from simulator.plans.query_accuracy import Known, NullGroups
from simulator.plans.rooms import PlannedRoom, PlannedViews
from simulator.plans.schedule import RUN_BITS, RUN_MASK, draw_events
from simulator.plans.views.accuracy import piloted_on_views
from simulator.plans.views.losses import tables_behind
from simulator.privacy.accounts import BudgetExhausted, BudgetKind
from simulator.privacy.ledger import Ledger
from simulator.verdict import Outcome
from simulator.views import bigquery_room
from simulator.views.budgets import ledger_charges, view_budgets, with_budgets_left
from tests.plan_rooms import plan, planned_room, room
from tests.simulator.privacy.reserving import reserve

PROJECT = "clean-room"
QUERIES = {
    "visits": "SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 1) city,"
    " COUNT(*, contribution_bounds_per_group => (0, 4)) AS n FROM shop.P GROUP BY city",
    "spend": "SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 2)"
    " AVG(spend, contribution_bounds_per_group => (0, 100)) AS mean FROM shop.P",
    "unbounded": "SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 2) SUM(spend) AS total FROM shop.P",
    "median": "SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 2)"
    " PERCENTILE_CONT(spend, 0.5, contribution_bounds_per_row => (0, 100)) AS m FROM shop.P",
    "both": "SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 1) COUNT(*) AS n"
    " FROM shop.P p JOIN shop.Q q ON p.visitor = q.visitor",
    "twice": "SELECT a.n, b.n AS m FROM"
    " (SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 1) COUNT(*) AS n FROM shop.P) a,"
    " (SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 2) COUNT(*) AS n FROM shop.P) b",
    "threshold": "SELECT WITH AGGREGATION_THRESHOLD city, COUNT(*) AS n FROM shop.T GROUP BY city",
    "no_limit": "SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(max_groups_contributed = NULL) city, COUNT(*) AS n"
    " FROM shop.N GROUP BY city",
    "refused": "SELECT city FROM shop.P",
}


def _policy(epsilon_budget: float = 10, delta_budget: float = 1) -> dict[str, Any]:
    return {
        "differential_privacy_policy": {
            "privacy_unit_column": "visitor",
            "max_epsilon_per_query": 4,
            "epsilon_budget": epsilon_budget,
            "delta_per_query": 0.01,
            "delta_budget": delta_budget,
        }
    }


def views(data: MemoryData | None = None, **policy: float) -> PlannedViews:
    """Declare two views over one table, P with *policy*, and put every query to them."""
    table = {"name": "shop.Visits", "columns": {"visitor": "STRING", "city": "STRING", "spend": "INT64"}}
    threshold = {"aggregation_threshold_policy": {"threshold": 2, "privacy_unit_column": "visitor"}}
    query = "SELECT * FROM shop.Visits"
    declared = BigQueryRoom.model_validate(
        {
            "name": "shop",
            "project": PROJECT,
            "tables": [table],
            "views": [
                {"name": "shop.P", "query": query, "privacy_policy": _policy(**policy)},
                {"name": "shop.Q", "query": query, "privacy_policy": _policy(epsilon_budget=5)},
                {"name": "shop.N", "query": query, "privacy_policy": _policy()},
                {"name": "shop.T", "query": query, "privacy_policy": threshold},
            ],
        }
    )
    known = bigquery_room.tables(declared)
    return PlannedViews(
        declared, {name: bigquery_room.request(declared, sql, known=known) for name, sql in QUERIES.items()}, data
    )


def answer(runs: list[dict[str, Any]], policy: dict[str, float] | None = None, **others: Any) -> Forecast:  # noqa: ANN401 - any part of a plan
    return forecast(plan(runs, **others), {None: views(**(policy or {}))}, draws=Draws(300))


def _budget(found: Forecast, view: str, kind: BudgetKind) -> BudgetOutcome:
    return next(each for each in found.budgets if (each.budget.name, each.budget.kind) == (view, kind))


DAILY = [{"query": "visits", "every": "1 day"}]


def test_epsilon_is_for_life() -> None:
    """Ten queries of ε 1 fit a budget of 10; the eleventh day refuses, and so do all that follow."""
    found = answer(DAILY)
    epsilon = _budget(found, "shop.P", BudgetKind.VIEW_EPSILON)
    assert epsilon.capacity == 10
    assert epsilon.first_refusal.middle == datetime(2026, 1, 11, tzinfo=UTC)
    assert epsilon.demanded.middle == pytest.approx(365)
    assert epsilon.burn_down.remaining[1][:12].tolist() == pytest.approx([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0], abs=1e-6)
    assert (found.runs[0].answered.middle, found.runs[0].refused.middle) == (10, 355)
    delta = _budget(found, "shop.P", BudgetKind.VIEW_DELTA)
    assert delta.first_refusal.middle is None
    assert delta.burn_down.remaining[1][-1] == pytest.approx(0.9)
    assert not found.is_carried


def test_a_tenth_fits_ten_times() -> None:
    """0.01 of δ fits a budget of 0.1 ten times, whatever the binary fractions are; δ is what runs out."""
    found = answer(DAILY, {"delta_budget": 0.1, "epsilon_budget": 1000})
    assert _budget(found, "shop.P", BudgetKind.VIEW_DELTA).first_refusal.middle == datetime(2026, 1, 11, tzinfo=UTC)
    assert _budget(found, "shop.P", BudgetKind.VIEW_EPSILON).refused_share == 0


RUNS = st.lists(
    st.builds(
        lambda query, often, times: {"query": query, "times": times} | often,
        st.sampled_from(("visits", "spend", "both", "twice", "threshold")),
        st.sampled_from(
            ({"every": "5 days"}, {"every": "1 month"}, {"cron": "0 6 * * SUN,WED"}, {"about": "3 per week"})
        ),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=10)
@given(RUNS, st.sampled_from((4.5, 10, 33.3, 100)), st.sampled_from((0.021, 0.1, 0.3, 1)))
def test_a_plan_ends_as_the_ledger_says(
    tmp_path_factory: pytest.TempPathFactory, runs: list[dict[str, Any]], epsilon: float, delta: float
) -> None:
    """One path, query by query: what the ledger lets through is what is answered."""
    room_ = views(epsilon_budget=epsilon, delta_budget=delta)
    subject = compile_plan(plan(runs, length="2 months"), {None: room_}, Mode.AWS)
    played = play(subject.simulation, 1, 1)
    ledger = Ledger(tmp_path_factory.mktemp("ledger") / "ledger.sqlite")
    answered = [0] * len(runs)
    for event in draw_events(subject.schedules, 1, subject.horizon, np.random.default_rng([1, 0]))[:, 0].tolist():
        run, at = event & RUN_MASK, subject.horizon.moment_of(event >> RUN_BITS)
        try:
            for reservation in ledger.reserve_all(
                ledger_charges(view_budgets(room_.room), subject.runs[run].price.charges), at
            ):
                ledger.commit(reservation)
            answered[run] += 1
        except BudgetExhausted:
            pass
    assert played.answered[0].tolist() == answered


def test_what_a_plan_promises_of_many_queries_is_run(tmp_path: Path) -> None:
    """A view with room for 2,000 queries answers them all, though the ledger rounds each of them up."""
    room_ = views(epsilon_budget=2000, delta_budget=1000)
    found = forecast(plan([{"query": "visits", "every": "1 day", "times": 6}]), {None: room_})
    assert found.runs[0].answered.middle == 2000
    (budget,) = (each for name, each in view_budgets(room_.room).items() if name == "shop.P")
    ledger, at = Ledger(tmp_path / "ledger.sqlite"), datetime(2026, 1, 1, tzinfo=UTC)
    step = budget.epsilon.kind.step
    rounded_up = math.ceil(budget.epsilon.known_unit / step) * step
    ledger.commit(reserve(ledger, budget.epsilon, 1999 * rounded_up, at))
    for expected in (Outcome.ALLOWED, Outcome.DENIED):
        request = with_budgets_left(room_.requests["visits"], view_budgets(room_.room), ledger, at)
        assert judge(request).outcome is expected
        if expected is Outcome.ALLOWED:
            ledger.commit(reserve(ledger, budget.epsilon, budget.epsilon.known_unit, at))


def test_every_view_of_a_query_is_charged_or_none() -> None:
    """Q has room for five; from then on the join is refused, and P keeps what it has left."""
    found = answer([{"query": "both", "every": "1 day"}])
    assert found.runs[0].answered.middle == 5
    assert _budget(found, "shop.P", BudgetKind.VIEW_EPSILON).burn_down.remaining[1][-1] == pytest.approx(5)
    assert _budget(found, "shop.P", BudgetKind.VIEW_EPSILON).refused_share == 0
    assert _budget(found, "shop.Q", BudgetKind.VIEW_EPSILON).refused_share == 1


def test_two_clauses_of_one_query_are_charged_both() -> None:
    found = answer([{"query": "twice", "every": "1 day"}])
    (charge,) = found.runs[0].run.price.charges
    assert (charge.epsilon, charge.delta) == (3, 0.02)
    assert found.runs[0].answered.middle == 3


def test_a_smaller_query_still_fits_after_a_refusal() -> None:
    found = answer([{"query": "spend", "every": "1 day"}, {"query": "visits", "every": "1 day"}])
    assert [run.answered.middle for run in found.runs] == [3, 4]
    assert _budget(found, "shop.P", BudgetKind.VIEW_EPSILON).first_refused == ((0, 1.0),)


def test_an_updated_policy_fills_the_budget_up() -> None:
    renewed = [{"at": "2026-02-01", "view": "shop.P", "recreate": True}]
    found = answer(DAILY, changes=renewed)
    assert found.runs[0].answered.middle == 20
    assert _budget(found, "shop.P", BudgetKind.VIEW_EPSILON).demanded.middle == pytest.approx(365)
    assert any("2026-02-01: the policy of 'shop.P' is updated" in warning for warning in found.warnings)
    (loss,) = found.losses
    assert (loss.held.epsilon, loss.held.delta) == (20, 0.2), "what was learned before stays learned"


def test_what_the_ledger_holds_is_gone() -> None:
    key = (None, BudgetKind.VIEW_EPSILON, PROJECT, "shop.P")
    found = forecast(plan(DAILY), {None: views()}, spent={key: (Fraction(6, 10),)})
    assert found.runs[0].answered.middle == 4


def test_losses_of_two_views_over_one_table_add_up() -> None:
    found = answer([{"query": "both", "every": "1 month", "until": "2026-03-31"}])
    (loss,) = found.losses
    assert loss.subject.source == "clean-room.shop.Visits by visitor"
    assert (loss.rho, loss.held.epsilon, loss.held.delta) == (None, 6, 0.06)
    assert tables_behind(views().room, "shop.P") == (("clean-room.shop.Visits", "visitor"),)


@pytest.mark.parametrize(
    ("query", "unit", "behind"),
    [
        ("SELECT * FROM shop.Visits", "VISITOR", "visitor"),
        ("SELECT visitor AS who, spend FROM shop.Visits", "Who", "visitor"),
        ("SELECT v.who FROM (SELECT visitor AS who FROM shop.Visits) AS v", "who", "visitor"),
        ("SELECT TO_HEX(MD5(visitor)) AS who FROM shop.Visits", "who", "visitor"),
        ("SELECT 'x' AS who FROM shop.Visits", "who", "who"),
    ],
)
def test_the_unit_of_a_table_is_its_own_column(query: str, unit: str, behind: str) -> None:
    """Whatever a view calls it, the losses of one person's rows are added up under one name."""
    policy = _policy()
    policy["differential_privacy_policy"]["privacy_unit_column"] = unit
    room_ = views().room.model_dump()
    room_["views"] = [{"name": "shop.P", "query": query, "privacy_policy": policy}]
    assert tables_behind(BigQueryRoom.model_validate(room_), "shop.P") == (("clean-room.shop.Visits", behind),)


def test_a_threshold_costs_nothing() -> None:
    found = answer([{"query": "threshold", "every": "1 day"}])
    assert (found.budgets, found.money, found.losses) == ((), None, ())
    assert (found.expected.accuracy, found.expected.view_advice) == ((), ())
    assert found.is_carried


def test_a_query_that_is_not_allowed_ends_the_plan() -> None:
    with pytest.raises(PlannedQueryError) as caught:
        answer([{"query": "refused", "every": "1 day"}])
    assert caught.value.query == "refused"
    assert isinstance(caught.value.reason, NotAllowedError)


def test_one_plan_over_both_clouds() -> None:
    """Each room pays its own budgets; money is that of AWS."""
    runs = [
        {"query": "users", "every": "1 month"},
        {"query": "visits", "every": "1 month", "room": "shop"},
    ]
    rooms: dict[str | None, PlannedRoom | PlannedViews] = {None: planned_room(room()), "shop": views()}
    found = forecast(plan(runs, rooms={"shop": "shop"}), rooms)
    assert [each.budget.kind for each in found.budgets] == [
        BudgetKind.DIFFERENTIAL_PRIVACY,
        BudgetKind.VIEW_EPSILON,
        BudgetKind.VIEW_DELTA,
    ]
    assert [run.answered.middle for run in found.runs] == [12, 10]
    alone = forecast(plan(runs[:1]), {None: planned_room(room())})
    assert found.money == alone.money
    assert [loss.rho is None for loss in found.losses] == [False, True]


def test_errors_follow_from_the_query() -> None:
    """ε 1 in two shares; one group a unit; COUNT up to 4: a Laplace scale of 8."""
    found = answer(DAILY, accuracy={"group_sizes": [100], "group_users": 100, "relative_error": 0.05})
    (column,) = found.expected.accuracy[0].columns
    (error,) = column.errors
    assert column.known is Known.BOUNDS
    assert error.expected == pytest.approx(8)
    assert error.half_width == pytest.approx(8 * np.log(20))
    assert error.relative == pytest.approx(8 * np.log(20) / 400)
    assert found.expected.accuracy[0].threshold == 9
    (advice,) = found.expected.view_advice
    assert (advice.epsilon, advice.delta) == (pytest.approx(365), pytest.approx(3.65))
    assert advice.queries[0].needed == pytest.approx(8 * np.log(20) / 400 / 0.05)
    assert advice.needed_epsilon == pytest.approx(365 * 8 * np.log(20) / 400 / 0.05)


def test_assumed_means_make_the_share_of_the_value_known() -> None:
    assumed = {"rows_per_user": 4, "mean_rows_per_user": 2}
    found = answer([DAILY[0] | {"assumed": assumed}], accuracy={"group_sizes": [100]})
    (column,) = found.expected.accuracy[0].columns
    assert column.known is Known.ASSUMED
    assert column.errors[0].relative == pytest.approx(8 * np.log(20) / 200)
    assert not found.expected.view_advice[0].is_bound


def test_an_average_errs_least_at_the_middle_of_its_bounds() -> None:
    """ε 2 in two shares; AVG halves its own: 50 / (1 / 2) for the sum, and as much for the count at a bound."""
    sizes = {"group_sizes": [100]}
    unknown = answer([{"query": "spend", "every": "1 year"}], accuracy=sizes).expected.accuracy[0].columns[0].errors[0]
    assert unknown.expected == pytest.approx(1.5)
    middle = {"largest_value": 100, "mean_value": 50}
    found = answer([{"query": "spend", "every": "1 year", "assumed": middle}], accuracy=sizes)
    error = found.expected.accuracy[0].columns[0].errors[0]
    assert (error.expected, error.half_width) == (pytest.approx(1), pytest.approx(np.log(20)))
    assert error.relative == pytest.approx(np.log(20) / 50)


def test_an_average_is_never_off_by_more_than_its_bounds() -> None:
    error = (
        answer([{"query": "spend", "every": "1 year"}], accuracy={"group_sizes": [1]})
        .expected.accuracy[0]
        .columns[0]
        .errors[0]
    )
    assert (error.expected, error.half_width) == (100, 100)


def test_without_bounds_the_error_is_a_lower_one() -> None:
    """Half of ε 1 finds the bounds: the scale is at least 2 of what a unit contributes at most."""
    found = answer([{"query": "unbounded", "every": "1 year"}], accuracy={"group_sizes": [100]})
    (column,) = found.expected.accuracy[0].columns
    assert column.known is Known.LEAST
    assert (column.errors[0].expected, column.errors[0].relative) == (None, pytest.approx(2 * np.log(20) / 100))


def test_a_percentile_has_no_formula() -> None:
    found = answer([{"query": "median", "every": "1 year"}])
    (column,) = found.expected.accuracy[0].columns
    assert column.known is Known.NOTHING
    assert {(error.expected, error.half_width, error.relative) for error in column.errors} == {(None, None, np.inf)}
    assert found.expected.view_advice[0].queries[0].needed is None
    assert found.expected.view_advice[0].needed_epsilon is None


def test_what_noise_does_not_cover_is_told() -> None:
    found = answer([{"query": "no_limit", "every": "1 year"}])
    assert any("no_limit states max_groups_contributed = NULL" in warning for warning in found.warnings)


def test_sizes_of_tables_have_no_effect_and_are_told() -> None:
    found = answer(DAILY, tables={"shop.Visits": {"users": 10}})
    assert any("'tables' has no effect" in warning for warning in found.warnings)


def test_a_pilot_run_counts_the_groups_that_are_shown() -> None:
    rows = [{"visitor": f"v{user}", "city": "Lyon", "spend": 5} for user in range(500)]
    data = MemoryData({"shop.visits": [*rows, {"visitor": "w", "city": "Metz", "spend": 5}]})
    (accuracy,) = forecast(plan(DAILY), {None: views(data)}).best_known.accuracy
    assert accuracy.shown is not None
    assert (accuracy.shown.groups, accuracy.shown.shown) == (2, 1)
    (missing,) = forecast(plan(DAILY), {None: views(MemoryData({}))}).best_known.accuracy
    assert missing.shown is None
    assert missing.failure is not None


def alike(users: int) -> MemoryData:
    return MemoryData({"shop.visits": [{"visitor": f"v{user}", "city": "Lyon", "spend": 5} for user in range(users)]})


YEARLY = [{"query": "unbounded", "every": "1 year"}]


@pytest.mark.parametrize(("users", "nulls"), [(24, 5), (48, 0)])
def test_bounds_are_not_found_in_groups_below_the_size_that_is_told(users: int, nulls: int) -> None:
    """ε 2 in two shares, half of one for bounds: noise of scale 2, and a bin that stands out by 18 times as much."""
    (accuracy,) = forecast(plan(YEARLY), {None: views()}).expected.accuracy
    assert accuracy.columns[0].least_users == pytest.approx(2 * np.log(64e6), rel=1e-3)
    pilots = [piloted_on_views(accuracy, views(alike(users)), seed) for seed in range(5)]
    assert sum(len(pilot.shown.nulls) for pilot in pilots if pilot.shown) == nulls


def test_no_epsilon_is_advised_for_what_is_null_in_the_pilot_run() -> None:
    wanted = {"relative_error": 10, "group_users": 24}
    found = forecast(plan(YEARLY, accuracy=wanted), {None: views(alike(24))}).best_known
    (advice,) = found.view_advice
    null = NullGroups("SUM(spend)", 1, 1)
    assert found.accuracy[0].shown is not None
    assert found.accuracy[0].shown.nulls == (null,)
    assert advice.nulls == (("unbounded", null),)
    assert (advice.queries[0].needed, advice.queries[0].column) == (None, "SUM(spend)")
    assert advice.needed_epsilon is None


def test_the_epsilon_that_is_needed_finds_bounds_too() -> None:
    """However large the wanted error, a group of 18 users needs twice the ε with which 36 are enough."""
    wanted = plan(YEARLY, accuracy={"relative_error": 10, "group_users": 18})
    (advice,) = forecast(wanted, {None: views()}).expected.view_advice
    assert advice.queries[0].needed == pytest.approx(2 * 2 * np.log(64e6) / 18, rel=1e-3)
