"""What cannot be given back is not taken unless it is named: budgets, and everything when a provider moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from tests.pulumi_engine.made import Made
from tests.pulumi_engine.room_program import RETAILER, changing, collaboration_inputs, provider, room
from tests.pulumi_engine.stack import Outcome, Stack
from tests.simulator.api.accounts import STRANGER, Accounts

SPENT = "what was spent is forgotten, and a new budget is full again"


class Budgeted:
    """A room with a budget."""

    def __init__(self, stack: Stack, accounts: Accounts) -> None:
        self.stack, self.url = stack, accounts.url

    def up(self, named: tuple[str, ...] = (), *, without: bool = False, **changed: Any) -> Outcome:
        return self.stack.up(self.program(named, without=without, **changed))

    def program(self, named: tuple[str, ...] = (), *, without: bool = False, **changed: Any) -> Callable[[], None]:
        def program() -> None:
            opts = provider(self.url, allowDestroying=list(named))
            made = Made("Collaboration", "room", collaboration_inputs(), opts)
            joined = {"collaborationIdentifier": made.output("collaborationIdentifier"), "queryLogStatus": "DISABLED"}
            membership = Made("Membership", "own", joined, opts)
            budget = {
                "membershipIdentifier": membership.output("membershipIdentifier"),
                "privacyBudgetType": "DIFFERENTIAL_PRIVACY",
                "autoRefresh": "NONE",
                "parameters": {"differentialPrivacy": {"epsilon": 3, "usersNoisePerQuery": 30}},
            }
            if not without:
                Made("PrivacyBudgetTemplate", "budget", changing(budget, changed), opts)

        return program


@pytest.fixture
def budgeted(stack: Stack, accounts: Accounts) -> Budgeted:
    made = Budgeted(stack, accounts)
    assert made.up().failures == ()
    return made


@pytest.mark.parametrize("refresh", ["CALENDAR_MONTH", None])
def test_a_budget_is_made_anew_only_when_it_is_named(budgeted: Budgeted, refresh: str | None) -> None:
    before = budgeted.stack.resource("budget").id
    (failure,) = budgeted.up(autoRefresh=refresh).failures
    assert failure == (
        "budget: autoRefresh can change only by replacing PrivacyBudgetTemplate 'budget', which is refused: "
        f"{SPENT}. If you mean it, add 'budget' to the provider's allowDestroying, or set "
        "CLEANROOMS_ALLOW_DESTROYING=budget for this command"
    )
    assert budgeted.stack.resource("budget").id == before
    outcome = budgeted.up(("budget",), autoRefresh=refresh)
    assert (outcome.failures, outcome.done()["budget"]) == ((), "replace")
    assert budgeted.stack.resource("budget").id != before


def test_stating_what_the_service_has_filled_in_is_no_change(stack: Stack, accounts: Accounts) -> None:
    budgeted = Budgeted(stack, accounts)
    assert budgeted.up(autoRefresh=None).failures == ()
    before = stack.resource("budget").id
    for run in (stack.preview, stack.up):
        (failure,) = run(budgeted.program(autoRefresh="NONE")).failures
        assert failure.startswith(
            f"autoRefresh can change only by replacing PrivacyBudgetTemplate 'budget', which is refused: {SPENT}. "
        )
    assert (stack.resource("budget").id, stack.refresh().drift) == (before, {})
    assert budgeted.up(autoRefresh="CALENDAR_MONTH").done() == {}


def test_a_budget_grows_in_place(budgeted: Budgeted) -> None:
    more = {"differentialPrivacy": {"epsilon": 4, "usersNoisePerQuery": 30}}
    assert budgeted.up(parameters=more).done() == {"budget": "update"}


def test_a_budget_ends_only_when_it_is_named(budgeted: Budgeted) -> None:
    (failure,) = budgeted.up(without=True).failures
    assert failure.startswith(f"PrivacyBudgetTemplate 'budget': deleting it is refused: {SPENT}. ")
    assert budgeted.up(("budget",), without=True).failures == ()


@pytest.mark.parametrize(
    ("moved", "setting"),
    [
        ({"region": "eu-west-1"}, "region"),
        ({"endpoint": "http://127.0.0.1:9"}, "endpoint"),
        ({"assumeRole": {"roleArn": f"arn:aws:iam::{STRANGER}:role/pulumi"}}, "assumeRole"),
    ],
)
def test_a_provider_moves_only_when_it_is_named(
    stack: Stack, accounts: Accounts, moved: dict[str, Any], setting: str
) -> None:
    assert stack.up(lambda: room(accounts.url)).failures == ()
    settings = {name: value for name, value in moved.items() if name != "endpoint"}
    for run in (stack.preview, stack.up):
        (failure,) = run(lambda: room(moved.get("endpoint", accounts.url), settings=settings)).failures
        assert failure == (
            f"Provider 'retailer': changing '{setting}' is refused: it replaces all its resources, and ends the "
            "existing collaborations, memberships and budgets. If you mean it, add 'retailer' to the provider's "
            "allowDestroying, or set CLEANROOMS_ALLOW_DESTROYING=retailer for this command"
        )


def test_another_provider_does_not_make_a_second_collaboration(stack: Stack, accounts: Accounts) -> None:
    def program(name: str) -> None:
        Made("Collaboration", "room", collaboration_inputs(), provider(accounts.url, name=name))

    assert stack.up(lambda: program("retailer")).failures == ()
    known = stack.resource("room").id
    for run in (stack.preview, stack.up):
        (failure,) = run(lambda: program("other")).failures
        assert failure.startswith(
            f"Collaboration 'room': there is one already, '{known}'; if the program has only renamed it"
        )
    found = accounts.client(RETAILER).list_collaborations()["collaborationList"]
    assert [each["id"] for each in found] == [known]


def test_another_name_does_not_make_a_second_membership(stack: Stack, accounts: Accounts) -> None:
    assert stack.up(lambda: room(accounts.url)).failures == ()
    known, joined = stack.resource("own").id, stack.resource("room").id

    def program() -> None:
        inputs = {"collaborationIdentifier": pulumi.Output.from_input(joined), "queryLogStatus": "DISABLED"}
        room(accounts.url)
        Made("Membership", "mine", inputs, provider(accounts.url, name="other"))

    for run in (stack.preview, stack.up):
        (failure,) = run(program).failures
        assert failure.startswith(f"Membership 'mine': there is one already, '{known}'; ")
