"""A plan played forward is refused and charged exactly as the ledger refuses and charges."""

from __future__ import annotations

import time
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.plans.compiling import CompiledPlan, compile_plan
from simulator.plans.modes import Mode
from simulator.plans.planned_budget import Capacity, PlannedAccessBudget, PlannedBudget, PlannedPrivacyBudget
from simulator.plans.playing import play
from simulator.plans.schedule import RUN_BITS, RUN_MASK, draw_events
from simulator.privacy.accounts import Account, BudgetExhausted
from simulator.privacy.budget import BudgetModel
from simulator.privacy.ledger import Ledger
from tests.plan_rooms import QUERIES, plan, planned_room, room

UNITS = {"users": 1, "rows": 2, "spend": 3, "mean": 4, "by_region": 3, "panel_only": 0}
USES_PANEL = ("by_region", "panel_only")


def compiled(runs: list[dict[str, Any]], declared: Mapping[str, Any] | None = None, **others: Any) -> CompiledPlan:  # noqa: ANN401 - any part of a plan
    return compile_plan(plan(runs, **others), {None: planned_room(room(**(declared or {})))}, Mode.AWS)


def account(budget: PlannedBudget) -> Account:
    return Account(budget.room_name, budget.owner, budget.name, budget.kind, budget.limits)


def by_ledger(plan_: CompiledPlan, path: Path) -> tuple[list[int], list[int], dict[str, Fraction]]:
    """Play the single path through a real ledger; gives answered and refused by run, and what is left at the end."""
    ledger, model = Ledger(path), BudgetModel()
    events = draw_events(plan_.schedules, 1, plan_.horizon, np.random.default_rng(1))[:, 0]
    answered, refused = [0] * len(plan_.runs), [0] * len(plan_.runs)
    for event in events.tolist():
        run, at = event & RUN_MASK, plan_.horizon.moment_of(event >> RUN_BITS)
        query = plan_.runs[run].query
        charges = []
        for budget in plan_.budgets:
            if isinstance(budget, PlannedPrivacyBudget) and UNITS[query]:
                charges.append((account(budget), UNITS[query] * model.unit_rho(budget.phases[0].users_noise)))
            elif isinstance(budget, PlannedAccessBudget) and query in USES_PANEL:
                charges.append((account(budget), Fraction(1)))
        try:
            for reservation in ledger.reserve_all(charges, at):
                ledger.commit(reservation)
            answered[run] += 1
        except BudgetExhausted:
            refused[run] += 1
    end = plan_.horizon.moment_of(plan_.horizon.seconds - 1)
    return answered, refused, {budget.name: ledger.remaining(account(budget), end) for budget in plan_.budgets}


RUNS = st.lists(
    st.builds(
        lambda query, often, times: {"query": query, "times": times} | often,
        st.sampled_from(sorted(QUERIES)),
        st.sampled_from(({"every": "5 days"}, {"every": "1 month"}, {"cron": "0 6 * * SUN,WED"}, {"every": "13 days"})),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=5,
)
ACCESS = st.sampled_from(
    (
        (),
        ({"type": "CALENDAR_DAY", "budget": 1, "auto_refresh": "ENABLED"},),
        ({"type": "CALENDAR_WEEK", "budget": 2, "auto_refresh": "ENABLED"}, {"type": "LIFETIME", "budget": 9}),
        ({"type": "CALENDAR_MONTH", "budget": 3, "auto_refresh": "ENABLED"}, {"type": "LIFETIME", "budget": 20}),
        ({"type": "CALENDAR_MONTH", "budget": 4, "auto_refresh": "DISABLED"},),
        ({"type": "LIFETIME", "budget": 0},),
    )
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RUNS, st.sampled_from(("NONE", "CALENDAR_MONTH")), st.sampled_from(((1, 30), (2, 12))), ACCESS)
def test_a_plan_ends_as_the_ledger_says(
    tmp_path_factory: pytest.TempPathFactory,
    runs: list[dict[str, Any]],
    refresh: str,
    private: tuple[int, int],
    access: tuple[Mapping[str, Any], ...],
) -> None:
    declared = {"epsilon": private[0], "users_noise": private[1], "refresh": refresh, "access": access}
    subject = compiled(runs, declared, length="3 months")
    played = play(subject.simulation, 5, 1)
    answered, refused, left = by_ledger(subject, tmp_path_factory.mktemp("ledger") / "ledger.sqlite")
    assert played.answered.tolist() == [answered]
    assert played.refused.tolist() == [refused]
    start = 0
    for budget in subject.budgets:
        limits = slice(start, start + len(budget.limits))
        start += len(budget.limits)
        remaining = played.remaining[0, limits, -1].min() * float(budget.kind.step)
        assert remaining == pytest.approx(float(left[budget.name]), rel=1e-6)


def test_published_counts_run_out_where_the_console_says() -> None:
    """Epsilon 1 and 30 users: two AVG pass, the third is refused, and one COUNT DISTINCT still passes."""
    subject = compiled([{"query": "mean", "every": "1 day"}, {"query": "users", "every": "1 day"}], {"epsilon": 1})
    played = play(subject.simulation, 1, 1)
    # 9.93 units: 4 + 1 on the first day, 4 on the second, and then nothing fits.
    assert played.answered.tolist() == [[2, 1]]
    runs = [{"query": "mean", "every": "1 day"}, {"query": "users", "every": "1 day", "first": "2026-01-04"}]
    played = play(compiled(runs, {"epsilon": 1}).simulation, 1, 1)
    assert played.answered.tolist() == [[2, 1]]
    assert played.first_refusal.tolist() == [[2 * 86_400]]
    assert played.first_refused.tolist() == [[0]]


def test_one_unit_of_each_price_fits_as_often_as_published() -> None:
    for query, count in (("users", 660), ("rows", 330), ("spend", 220), ("mean", 165)):
        played = play(compiled([{"query": query, "cron": "0 */8 * * *"}]).simulation, 1, 1)
        assert played.answered.tolist() == [[count]], query


def test_nothing_is_carried_over_into_the_next_month() -> None:
    subject = compiled([{"query": "users", "every": "1 month", "times": 700}], {"refresh": "CALENDAR_MONTH"})
    played = play(subject.simulation, 1, 1)
    assert played.answered.tolist() == [[12 * 660]]
    assert played.refused.tolist() == [[12 * 40]]


def test_a_query_refused_by_one_budget_draws_on_no_other() -> None:
    access = ({"type": "LIFETIME", "budget": 2},)
    subject = compiled(
        [{"query": "spend", "every": "1 day"}, {"query": "by_region", "every": "1 day"}], {"access": access}
    )
    played = play(subject.simulation, 1, 1)
    assert played.answered.tolist() == [[218, 2]]
    assert [type(budget) for budget in subject.budgets] == [PlannedPrivacyBudget, PlannedAccessBudget]
    assert played.first_refused[0].tolist() == [1, 1]


def test_raised_epsilon_adds_and_changed_noise_reprices() -> None:
    runs = [{"query": "users", "every": "1 day", "times": 10}]
    raised = play(compiled(runs, {"epsilon": 1}, changes=[{"at": "2026-02-01", "epsilon": 2}]).simulation, 1, 1)
    assert raised.answered.sum() == 36
    noisier = play(
        compiled(runs, {"epsilon": 1}, changes=[{"at": "2026-02-01", "users_noise_per_query": 60}]).simulation, 1, 1
    )
    # 9 of 9.93 units at 30 users are spent; a unit at 60 users costs a quarter of one at 30.
    assert noisier.answered.sum() == 9 + int((9.9289 - 9) * 4)


def test_re_creation_restores_a_full_budget() -> None:
    runs = [{"query": "users", "every": "1 day", "times": 10}]
    subject = compiled(runs, {"epsilon": 1}, changes=[{"at": "2026-02-01", "recreate": True}])
    assert play(subject.simulation, 1, 1).answered.sum() == 18


def test_a_refresh_by_hand_refills_only_what_is_not_refreshed_by_itself() -> None:
    access = ({"type": "CALENDAR_MONTH", "budget": 4, "auto_refresh": "DISABLED"}, {"type": "LIFETIME", "budget": 6})
    changes = [{"at": "2026-03-01", "table": "panel", "refresh": True}]
    subject = compiled([{"query": "panel_only", "every": "1 day"}], {"access": access}, changes=changes)
    assert play(subject.simulation, 1, 1).answered.sum() == 6


def test_more_capacity_never_answers_less() -> None:
    subject = compiled(
        [{"query": "spend", "about": "4 per week"}, {"query": "users", "about": "9 per week"}], {"epsilon": 7}
    )
    low, middle, high = (
        play(subject.simulation_with(reading), 200, 3) for reading in (Capacity.LOW, Capacity.MODEL, Capacity.HIGH)
    )
    assert (low.first_refusal <= middle.first_refusal).all()
    assert (middle.first_refusal <= high.first_refusal).all()


def test_random_runs_are_as_many_as_stated() -> None:
    subject = compiled([{"query": "panel_only", "about": "3 per week"}])
    played = play(subject.simulation, 4_000, 5)
    mean = 3 * 365 / 7
    assert played.paths == 4_000
    assert played.answered.mean() == pytest.approx(mean, abs=4 * (mean / 4_000) ** 0.5)
    assert played.answered.var() == pytest.approx(mean, rel=0.1)


def test_the_same_seed_gives_the_same_paths() -> None:
    subject = compiled([{"query": "users", "about": "20 per week"}])
    one, same, other = (play(subject.simulation, 50, seed) for seed in (1, 1, 2))
    assert (one.first_refusal == same.first_refusal).all()
    assert (one.first_refusal != other.first_refusal).any()


def test_ctrl_c_keeps_what_was_played() -> None:
    subject = compiled([{"query": "users", "about": "20 per week"}])

    def stop(done: int, wanted: int) -> None:
        raise KeyboardInterrupt

    played = play(subject.simulation, 100_000, 1, stop)
    assert 0 < played.paths < 100_000


def test_two_hundred_queries_on_ten_thousand_paths_are_fast() -> None:
    """The bar is 10 seconds; CPU time, because other tests run beside this one."""
    runs = [{"query": query, "about": "40 per year"} for query in ("users", "rows", "spend", "mean", "by_region")]
    subject = compiled(runs, {"refresh": "CALENDAR_MONTH", "epsilon": 3})
    started = time.process_time()
    played = play(subject.simulation, 10_000, 1)
    assert played.paths == 10_000
    assert time.process_time() - started < 10
