"""Losses of one table in several rooms add up, and what is stated about them holds."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from dp_accounting import GaussianDpEvent
from dp_accounting.rdp import RdpAccountant

from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.plans.compiling import compile_plan
from simulator.plans.forecast import forecast
from simulator.plans.losses import group_delta_tally, held, subjects_of
from simulator.plans.meters import DELTA_STEP
from simulator.plans.modes import Mode
from simulator.plans.prices import PricedRun, price_on_tables
from simulator.privacy.budget import RHO_STEP, BudgetModel
from tests.plan_rooms import OWNER, plan, planned_room, room

ROOMS = {None: planned_room(room(name="first")), "other": planned_room(room(name="second", users_noise=60))}


def test_two_rooms_over_one_table_add_up() -> None:
    runs = [
        {"query": "users", "every": "1 day", "until": "2026-01-10"},
        {"query": "spend", "every": "1 day", "room": "other"},
    ]
    found = forecast(plan(runs, rooms={"other": "second"}), ROOMS)
    (loss,) = found.losses
    model = BudgetModel()
    expected = 10 * model.unit_rho(30) + 365 * 3 * model.unit_rho(60)
    assert loss.subject.owner == OWNER
    assert loss.subject.source == "glue.us-east-1.data.visits"
    assert loss.subject.rooms == (None, "other")
    assert loss.rho.middle == pytest.approx(float(expected))


def test_budgets_of_two_rooms_are_separate() -> None:
    runs = [
        {"query": "users", "every": "1 day", "times": 2},
        {"query": "users", "every": "1 day", "times": 2, "room": "other"},
    ]
    found = forecast(plan(runs, rooms={"other": "second"}), ROOMS)
    assert [outcome.refused_share for outcome in found.budgets] == [1.0, 0.0]
    assert [outcome.budget.room_name for outcome in found.budgets] == ["first", "second"]


def test_the_loss_counts_the_threshold_that_aws_does_not_price() -> None:
    """SUM by group costs 3 units; the user counts behind the threshold are a fourth release."""
    runs = [{"query": "by_region", "every": "1 month"}]
    (loss,) = forecast(plan(runs), {None: ROOMS[None]}).losses
    assert loss.rho.middle == pytest.approx(12 * 4 * float(BudgetModel().unit_rho(30)))
    assert loss.held.delta == pytest.approx(12 * 5e-7 + 5e-7, rel=1e-4)


def test_an_audit_charges_what_is_really_spent() -> None:
    runs = [{"query": "by_region", "every": "1 month"}]
    rooms = {None: ROOMS[None]}
    charged = {
        mode: compile_plan(plan(runs), rooms, mode).simulation.limits[0].amounts[0, 0]
        / int(BudgetModel().unit_rho(30) / RHO_STEP)
        for mode in Mode
    }
    assert charged == {Mode.AWS: 3, Mode.AUDIT: 4}


def test_an_audited_budget_is_never_exceeded() -> None:
    """What a full audited budget spends is (epsilon, delta) by the conversion that holds, and nearly all of it."""
    found = forecast(plan([{"query": "users", "every": "1 day", "times": 5}]), {None: ROOMS[None]}, mode=Mode.AUDIT)
    (loss,) = found.losses
    assert 9.9 < loss.held.epsilon <= 10
    assert loss.held.delta == pytest.approx(5e-7)


def test_what_is_held_agrees_with_an_outside_accountant() -> None:
    """dp-accounting, for 100 Gaussian releases of multiplier 20: its Renyi bound at fixed orders is no tighter."""
    rho = 100 / (2 * 20**2)
    ours = held(rho / float(RHO_STEP), 0, 1e-6)
    accountant = RdpAccountant()
    accountant.compose(GaussianDpEvent(20.0), 100)
    theirs = accountant.get_epsilon(1e-6)
    assert ours.epsilon == pytest.approx(theirs, rel=0.01)
    assert ours.epsilon <= theirs * (1 + 1e-9)


def test_each_threshold_costs_the_delta_of_its_own_settings() -> None:
    asked = ROOMS[None].requests["by_region"]
    strict = PrivacySettings(OWNER, epsilon=10, users_noise_per_query=30, group_delta=1e-8)
    assert price_on_tables(asked, [strict]).group_delta == 1e-8
    assert price_on_tables(asked, [replace(strict, protect_groups=False)]).group_delta == 0
    run = PricedRun(None, "by_region", price_on_tables(asked, [strict]))
    (subject, *_) = subjects_of([run])
    ((steps,),) = group_delta_tally(subject, [run]).amounts.tolist()
    assert held(0, 100 * steps, 1e-6).delta == pytest.approx(100 * 1e-8 + 1e-6, rel=1e-4)


def test_too_many_thresholds_hold_nothing() -> None:
    assert math.isinf(held(1e12, 1.000001 / float(DELTA_STEP), 1e-6).epsilon)
