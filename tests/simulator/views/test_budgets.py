"""Budgets of BigQuery's views in the ledger: what is left, what an update of the policy does, and rounding."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from declarations.bigquery.room import BigQueryRoom
from simulator.checks.private_charges import Charge
from simulator.privacy.accounts import BudgetExhausted
from simulator.privacy.ledger import Ledger
from simulator.views import bigquery_room
from simulator.views.budgets import ledger_charges, view_budgets, with_budgets_left

NOW = datetime(2026, 11, 22, tzinfo=UTC)
POLICY = {
    "privacy_unit_column": "u",
    "max_epsilon_per_query": 0.5,
    "epsilon_budget": 1,
    "delta_per_query": 0.01,
    "delta_budget": 1000,
}


def _room(**changes: Any) -> BigQueryRoom:  # noqa: ANN401 - members of a policy
    view = {
        "name": "ds.V",
        "query": "SELECT * FROM ds.T",
        "privacy_policy": {"differential_privacy_policy": POLICY | changes},
    }
    table = {"name": "ds.T", "columns": {"u": "STRING"}}
    threshold = {"aggregation_threshold_policy": {"threshold": 2, "privacy_unit_column": "u"}}
    other = {"name": "ds.W", "query": "SELECT * FROM ds.T", "privacy_policy": threshold}
    return BigQueryRoom.model_validate(
        {"name": "r", "project": "clean-room", "tables": [table], "views": [view, other]}
    )


def _spend(ledger: Ledger, room: BigQueryRoom, epsilon: float) -> None:
    view = bigquery_room.tables(room)["ds.V"]
    for reservation in ledger.reserve_all(ledger_charges(view_budgets(room), [Charge(view, epsilon, 0.01)]), NOW):
        ledger.commit(reservation)


def test_only_views_under_differential_privacy_have_a_budget() -> None:
    assert list(view_budgets(_room())) == ["ds.V"]


def test_a_tenth_fits_ten_times_and_no_more(tmp_path: Path) -> None:
    ledger, room = Ledger(tmp_path / "ledger.sqlite"), _room()
    for _ in range(10):
        _spend(ledger, room, 0.1)
    with pytest.raises(BudgetExhausted, match=r"has [0-9.e-]+ epsilon left of 1 ") as caught:
        _spend(ledger, room, 0.001)
    assert caught.value.service_message == "Privacy budget is not sufficient for table 'ds.V' in this query."
    left = view_budgets(room)["ds.V"].left(ledger, NOW)
    assert left.epsilon == 0
    assert left.delta == pytest.approx(999.9)


def test_a_budget_is_that_of_the_view_whatever_its_room_is_called(tmp_path: Path) -> None:
    """Neither another name of the room nor the view's path with its project written out fills it up."""
    ledger, room = Ledger(tmp_path / "ledger.sqlite"), _room()
    _spend(ledger, room, 0.25)
    renamed = room.model_copy(update={"name": "another"})
    spelled = tuple(view.model_copy(update={"name": f"clean-room.{view.name}"}) for view in room.views)
    assert view_budgets(renamed)["ds.V"].left(ledger, NOW).epsilon == pytest.approx(0.75)
    written_out = view_budgets(room.model_copy(update={"views": spelled}))["clean-room.ds.V"]
    assert written_out.left(ledger, NOW).epsilon == pytest.approx(0.75)
    elsewhere = view_budgets(room.model_copy(update={"project": "other-room"}))["ds.V"]
    assert elsewhere.left(ledger, NOW).epsilon == 1


def test_requests_carry_what_is_left(tmp_path: Path) -> None:
    ledger, room = Ledger(tmp_path / "ledger.sqlite"), _room()
    _spend(ledger, room, 0.25)
    request = with_budgets_left(bigquery_room.request(room, "SELECT 1"), view_budgets(room), ledger, NOW)
    assert request.budgets_left["ds.V"].epsilon == pytest.approx(0.75)
    assert "ds.T" not in request.budgets_left
    assert view_budgets(room)["ds.V"].left(None, NOW) == (1, 1000)


def test_another_policy_has_a_full_budget_and_so_has_a_renewed_view(tmp_path: Path) -> None:
    ledger, room = Ledger(tmp_path / "ledger.sqlite"), _room()
    _spend(ledger, room, 0.5)
    assert view_budgets(_room(max_epsilon_per_query=0.4))["ds.V"].left(ledger, NOW).epsilon == 1
    budget = view_budgets(room)["ds.V"]
    assert budget.left(ledger, NOW).epsilon == pytest.approx(0.5)
    budget.renew(ledger)
    assert budget.left(ledger, NOW) == (1, 1000)


@pytest.mark.parametrize("budget", [0.002, 1e15])
def test_budgets_of_every_size_are_kept(tmp_path: Path, budget: float) -> None:
    ledger, room = Ledger(tmp_path / "ledger.sqlite"), _room(max_epsilon_per_query=budget / 2, epsilon_budget=budget)
    _spend(ledger, room, budget / 2)
    _spend(ledger, room, budget / 2)
    with pytest.raises(BudgetExhausted):
        _spend(ledger, room, budget / 1000)


def test_another_spelling_of_a_policy_fills_nothing_up(tmp_path: Path) -> None:
    ledger, room = Ledger(tmp_path / "ledger.sqlite"), _room()
    _spend(ledger, room, 0.25)
    spelled = _room(privacy_unit_column="U", max_groups_contributed=None)
    assert view_budgets(spelled)["ds.V"].left(ledger, NOW).epsilon == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("columns", "others"),
    [(["a", "B"], ["b", "A"]), ([], None)],
    ids=["order and letter case", "none and absent"],
)
def test_another_spelling_of_a_join_restriction_is_the_same_account(
    columns: list[str] | None, others: list[str] | None
) -> None:
    accounts = []
    for listed in (columns, others):
        room = _room().model_dump(mode="json", exclude_none=True)
        restriction = {"join_condition": "JOIN_NOT_REQUIRED", "join_allowed_columns": listed}
        room["views"][0]["privacy_policy"]["join_restriction_policy"] = restriction
        accounts.append(view_budgets(BigQueryRoom.model_validate(room))["ds.V"].epsilon)
    assert accounts[0] == accounts[1]


def test_an_account_keeps_its_name() -> None:
    """Under another name every ledger would hold full budgets again: a change of this text needs a way for old ones."""
    assert view_budgets(_room())["ds.V"].epsilon.owner == "clean-room (policy 4d55367dbac5)"
