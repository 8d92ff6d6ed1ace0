"""The answer to a plan, on a room small enough to know it beforehand."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from simulator.execution.errors import NotAllowedError
from simulator.execution.loading.data import MemoryData
from simulator.plans.budgets import PlanError, Spent
from simulator.plans.draws import Draws
from simulator.plans.forecast import Listener, forecast
from simulator.plans.modes import Mode
from simulator.plans.outcomes import Expectations, Forecast, Money
from simulator.plans.planned_budget import BudgetKey
from simulator.plans.playing import Played, play
from simulator.plans.prices import PlannedQueryError
from simulator.plans.query_accuracy import Known
from simulator.plans.rooms import PlannedRoom, Rooms
from simulator.privacy.accounts import BudgetKind
from simulator.privacy.budget import BudgetModel
from simulator.room import request
from tests.plan_rooms import PANEL, plan, planned_room, room

EVERY_DAY = [{"query": "users", "every": "1 day", "times": 4}]


def answer(runs: list[dict[str, Any]], declared: dict[str, Any] | None = None, **others: Any) -> Forecast:  # noqa: ANN401 - any part of a plan
    return forecast(plan(runs, **others), {None: planned_room(room(**(declared or {})))}, draws=Draws(500))


def money(found: Forecast) -> Money:
    assert found.money is not None
    return found.money


def measured(found: Forecast) -> Expectations:
    assert found.measured is not None
    return found.measured


def test_a_budget_for_life_runs_out_on_the_day_that_division_gives() -> None:
    """660 COUNT DISTINCT at 4 a day last 165 days; on the next day the first is refused."""
    found = answer(EVERY_DAY)
    (budget,) = found.budgets
    assert budget.published
    assert budget.first_refusal.middle == datetime(2026, 6, 15, tzinfo=UTC)
    assert budget.first_refused == ((0, 1.0),)
    assert not found.is_carried
    assert found.runs[0].answered.middle == 660
    assert found.runs[0].refused.middle == 4 * 365 - 660


def test_the_burn_down_is_a_saw_tooth_that_never_carries_over() -> None:
    (budget,) = answer(EVERY_DAY, {"refresh": "CALENDAR_MONTH"}).budgets
    low, middle, high = budget.burn_down.remaining
    assert (low == middle).all()
    assert (middle == high).all()
    by_day = dict(zip((str(day) for day in budget.burn_down.days), middle.tolist(), strict=True))
    assert by_day["2026-01-01"] == by_day["2026-02-01"] == by_day["2026-12-01"] == 656
    assert by_day["2026-01-31"] == 660 - 31 * 4
    assert set(budget.burn_down.full.tolist()) == {660.0}


def test_bands_are_in_order() -> None:
    found = answer([{"query": "mean", "about": "20 per month"}, {"query": "users", "about": "9 per week"}])
    (budget,) = found.budgets
    assert found.paths == 500
    moments = (budget.first_refusal.low, budget.first_refusal.middle, budget.first_refusal.high)
    assert None not in moments
    assert list(moments) == sorted(moment for moment in moments if moment)
    assert sum(share for _, share in budget.first_refused) == pytest.approx(budget.refused_share)
    assert (np.diff(budget.burn_down.remaining, axis=0) >= 0).all()


def test_unpublished_counts_are_marked_with_their_range() -> None:
    found = answer(EVERY_DAY, {"epsilon": 5})
    (budget,) = found.budgets
    assert not budget.published
    assert budget.capacity_range == (188, 202)
    assert budget.earliest is not None
    assert budget.latest is not None
    assert budget.earliest <= datetime(2026, 2, 18, tzinfo=UTC) <= budget.latest
    assert any("estimate" in warning for warning in found.warnings)


def test_what_the_ledger_holds_is_gone() -> None:
    key: BudgetKey = (None, BudgetKind.DIFFERENTIAL_PRIVACY, "1" * 12, "differential privacy")
    spent = {key: (600 * BudgetModel().unit_rho(30),)}
    found = forecast(plan(EVERY_DAY), {None: planned_room(room())}, spent=spent)
    assert found.runs[0].answered.middle == 60
    assert (
        forecast(plan(EVERY_DAY), {None: planned_room(room())}, spent={key: (Fraction(0),)}).runs[0].answered.middle
        == 660
    )


@pytest.mark.parametrize(("spent", "answered"), [((0, 0), 7), ((0, 4), 5), ((3, 3), 6), ((9, 9), 0)])
def test_uses_that_the_ledger_holds_are_gone(spent: tuple[int, int], answered: int) -> None:
    """Three uses a month, nine in a lifetime, over seven months: each limit begins with what was spent under it."""
    access = ({"type": "CALENDAR_MONTH", "budget": 3, "auto_refresh": "ENABLED"}, {"type": "LIFETIME", "budget": 9})
    declared = room(access=access)
    books: Spent = {(None, BudgetKind.ACCESS_BUDGET, PANEL, "panel"): tuple(map(Fraction, spent))}
    monthly = plan([{"query": "panel_only", "every": "1 month", "until": "2026-07-31"}])
    found = forecast(monthly, {None: planned_room(declared)}, spent=books)
    assert found.runs[0].answered.middle == answered


def test_prices_of_other_regions_are_unknown_until_they_are_stated() -> None:
    abroad: Rooms = {None: planned_room(room().model_copy(update={"region": "eu-west-1"}))}
    runs = [{"query": "users", "every": "1 year"}]
    unknown = forecast(plan(runs), abroad)
    assert money(unknown).usd is None
    assert money(unknown).crpu_hours.middle == pytest.approx(32 / 60, rel=1e-3)
    assert any("its cost is unknown until the plan states compute.prices" in warning for warning in unknown.warnings)
    prices = {"prices": {"spark_sql": 2.0, "differential_privacy": 2.06}}
    stated = forecast(plan(runs, compute=prices), abroad)
    usd = money(stated).usd
    assert usd is not None
    assert usd.middle == pytest.approx(32 / 60 * 4.06, abs=0.005)
    same = forecast(plan(runs, compute={"prices": {}}), abroad)
    assert money(same).usd is not None, "stated prices may be those of the default"


def test_money_is_that_of_the_published_example() -> None:
    """2.13 USD for a minimal query under differential privacy on the default workers, 1.07 USD without."""
    for query, compute, dollars in (("users", {}, 2.13), ("panel_only", {}, 1.07), ("users", {"workers": 2}, 0.27)):
        usd = money(answer([{"query": query, "every": "1 year"}], compute=compute)).usd
        assert usd is not None
        assert usd.middle == pytest.approx(dollars, abs=0.005)


def test_growing_tables_take_longer() -> None:
    runs = [{"query": "users", "every": "1 month", "seconds": 120}]
    still = answer(runs)
    growing = answer(runs, tables={"visits": {"rows": 1000, "rows_per_month": 1000}})
    more, less = money(growing).usd, money(still).usd
    assert more is not None
    assert less is not None
    # 1, 2, ... 12 times the rows; months differ in length, so the growth at their beginnings is not quite whole.
    assert more.middle / less.middle == pytest.approx(78 / 12, rel=0.01)


def test_a_run_that_never_comes_is_told() -> None:
    found = answer([*EVERY_DAY, {"query": "rows", "cron": "0 6 31 2 *"}])
    assert "rows (0 6 31 2 *) never runs within the plan" in found.warnings


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT user_id, COUNT(*) AS n FROM visits GROUP BY user_id",
        "SELECT COUNT(*) AS n, day AS d FROM visits GROUP BY day, user_id",
        "WITH v AS (SELECT user_id AS who FROM visits) SELECT who, COUNT(*) AS n FROM v GROUP BY who",
    ],
)
def test_a_query_that_never_shows_a_row_is_told(sql: str) -> None:
    """Its budget is spent all the same; it has no error that is worth a line, and sets no advice."""
    declared = room()
    alone = PlannedRoom(declared, {"each": request(declared, sql)})
    found = forecast(plan([{"query": "each", "every": "1 month"}]), {None: alone})
    (warning,) = (each for each in found.warnings if "each group holds one user" in each)
    assert warning.startswith("each groups by the user identifier")
    assert found.runs[0].units == 2
    assert found.budgets[0].demanded.middle == 24
    assert (found.expected.accuracy, found.expected.advice) == ((), ())


def test_more_users_than_rows_at_the_end_are_told() -> None:
    grown = {"visits": {"users": 100, "users_per_month": 100, "rows": 200, "rows_per_month": 10}}
    found = answer([{"query": "users", "every": "1 month"}], tables=grown)
    (warning,) = (each for each in found.warnings if "every user has a row" in each)
    assert warning.startswith("'tables' gives visits 1,299 users and 320 rows by the end")
    more = {"visits": {**grown["visits"], "rows_per_month": 100}}
    still = answer([{"query": "users", "every": "1 month"}], tables=more)
    assert not any("every user has a row" in warning for warning in still.warnings)


def test_warnings_name_what_aws_advises_against() -> None:
    found = answer(
        EVERY_DAY,
        {"refresh": "CALENDAR_MONTH"},
        changes=[{"at": "2026-03-01", "recreate": True}, {"at": "2026-04-01", "epsilon": 12}],
    )
    text = "\n".join(found.warnings)
    assert "restores a full budget" in text
    assert "over unchanged rows the privacy loss grows with each refresh" in text
    assert "epsilon is raised from 10 to 12" in text
    assert "separate block" in text


def test_lowering_epsilon_is_refused_once_queries_may_have_run() -> None:
    lowered = [{"at": "2026-03-01", "epsilon": 5}]
    with pytest.raises(PlanError, match="epsilon is lowered from 10 to 5"):
        answer(EVERY_DAY, changes=lowered)
    assert answer([{"query": "users", "every": "1 day", "first": "2026-03-01"}], changes=lowered).budgets
    assert answer(EVERY_DAY, changes=[*lowered, {"at": "2026-03-01", "recreate": True}]).budgets


def test_a_query_that_is_not_allowed_ends_the_plan() -> None:
    declared = room()
    rooms: Rooms = {None: PlannedRoom(declared, {"list": request(declared, "SELECT user_id FROM visits")})}
    with pytest.raises(PlannedQueryError, match="query 'list': the query is denied") as caught:
        forecast(plan([{"query": "list", "every": "1 day"}]), rooms)
    assert (caught.value.room, caught.value.query) == (None, "list")
    assert isinstance(caught.value.reason, NotAllowedError)


def test_ctrl_c_says_so_and_keeps_the_paths() -> None:
    def stop(done: int, wanted: int) -> None:
        raise KeyboardInterrupt

    runs = [{"query": "users", "about": "9 per week"}]
    found = forecast(plan(runs), {None: planned_room(room())}, draws=Draws(50_000), listener=Listener(played=stop))
    assert found.interrupted
    assert 0 < found.paths < found.paths_wanted
    assert found.budgets


def test_ctrl_c_in_pilot_runs_keeps_what_is_known_by_formula() -> None:
    def stop(done: int, wanted: int, query: str) -> None:
        if query == "rows":
            raise KeyboardInterrupt

    data = MemoryData({"visits": [{"user_id": f"u{user}", "day": 1, "spend": 10} for user in range(500)]})
    runs = [{"query": name, "every": "1 month"} for name in ("spend", "rows", "mean")]
    found = forecast(plan(runs), {None: planned_room(room(), data)}, listener=Listener(piloted=stop))
    assert found.interrupted
    assert found.measured is not None
    assert [each.bias is not None for each in found.measured.accuracy] == [True, False, False]


def test_ctrl_c_between_the_readings_of_an_estimate_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[Any] = []

    def play_once(*details: Any) -> Played:  # noqa: ANN401 - handed on
        if played:
            raise KeyboardInterrupt
        played.append(details)
        return play(*details)

    monkeypatch.setattr("simulator.plans.forecast.play", play_once)
    found = answer(EVERY_DAY, {"epsilon": 7})
    assert found.interrupted
    assert found.budgets[0].earliest is None


@pytest.fixture(scope="module")
def piloted() -> Expectations:
    """Two thousand users with one to three visits of 10 each; ten regions, the last with five users."""
    regions = {user: min(user // 220, 8) if user < 1995 else 9 for user in range(2000)}
    visits = [
        {"user_id": f"u{user}", "day": visit, "spend": 10} for user in range(2000) for visit in range(1 + user % 3)
    ]
    panel = [{"user_id": f"u{user}", "region": f"r{region}"} for user, region in regions.items()]
    data = MemoryData({"visits": visits, "panel": panel})
    runs = [{"query": name, "every": "1 month"} for name in ("users", "rows", "spend", "mean", "by_region")]
    tables = {"visits": {"users": 4000, "users_per_month": 400}}
    wanted = {"relative_error": 0.5, "group_users": 1000, "group_sizes": [1000]}
    return measured(forecast(plan(runs, tables=tables, accuracy=wanted), {None: planned_room(room(), data)}))


def test_a_pilot_run_measures_what_users_contribute(piloted: Expectations) -> None:
    by_query = {each.run.query: each.columns[0] for each in piloted.accuracy}
    assert by_query["users"].known is Known.EXACT
    assert by_query["users"].factor == pytest.approx(1)
    # Three rows at most and two on average; the limit is a private estimate, at least near three.
    assert by_query["rows"].known is Known.PILOT
    assert 2 / 2 <= by_query["rows"].factor <= 8.1 / 2
    for name in ("spend", "mean"):
        assert by_query[name].factor >= 1


def test_a_pilot_run_counts_usable_groups(piloted: Expectations) -> None:
    by_region = next(each for each in piloted.accuracy if each.run.query == "by_region")
    measured = by_region.columns[0].measured
    assert measured is not None
    assert measured.groups == 10
    # The tiny region is never shown; the others grow.
    assert measured.usable_at_start <= measured.usable_at_end <= 9
    assert by_region.threshold is not None
    assert by_region.bias is not None
    assert by_region.bias.rows > 0


def test_a_ratio_has_an_error_and_text_has_none() -> None:
    declared = room()
    sql = "SELECT SUM(spend) / COUNT(user_id) AS each, CAST(COUNT(user_id) AS STRING) AS text FROM visits"
    rooms: Rooms = {None: PlannedRoom(declared, {"each": request(declared, sql)})}
    found = forecast(plan([{"query": "each", "every": "1 month"}]), rooms)
    (accuracy,) = found.expected.accuracy
    assert [(column.column, column.known) for column in accuracy.derived] == [("each", Known.LEAST)]
    assert accuracy.unstated == ("text",)
    (advice,) = found.expected.advice
    assert advice.is_bound
    assert advice.limiting == ("each", "each")


def test_the_modes_are_both_there() -> None:
    assert {mode.value for mode in Mode} == {"aws", "audit"}


def test_advice_names_columns_that_no_noise_mends() -> None:
    """Every user has three days, and is counted on one of them; rows lose nothing."""
    declared = room()
    sql = "SELECT day, COUNT(DISTINCT user_id) AS users, COUNT(*) AS visits FROM visits GROUP BY day"
    data = MemoryData(
        {"visits": [{"user_id": f"u{user}", "day": day, "spend": 10} for user in range(900) for day in range(3)]}
    )
    rooms: Rooms = {None: PlannedRoom(declared, {"days": request(declared, sql)}, data)}
    found = measured(forecast(plan([{"query": "days", "every": "1 month"}]), rooms))
    (advice,) = found.advice
    assert [(each.query, each.column) for each in advice.biased] == [("days", "users")]
    assert advice.biased[0].share == pytest.approx(-2 / 3)
    groups = {column.column: column.measured for column in found.accuracy[0].columns}
    users, visits = groups["users"], groups["visits"]
    assert users is not None
    assert visits is not None
    assert (users.usable_at_start, users.median_relative < 0.1) == (0, True)
    assert visits.median_bias == pytest.approx(0)
