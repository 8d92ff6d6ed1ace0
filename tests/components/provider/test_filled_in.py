"""What the service fills in is no drift; that somebody changes it is. What an update does not take is not sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.model import ListShape, Shape, StructureShape

from components.resources import RESOURCE_TYPES, service_model
from components.resources.resource_type import Operation, ResourceType
from tests.pulumi_engine.faults import failing
from tests.pulumi_engine.limited_program import limited
from tests.pulumi_engine.made import TYPES
from tests.pulumi_engine.room_program import RETAILER, room
from tests.pulumi_engine.stack import Outcome, Stack
from tests.simulator.api.accounts import Accounts


def test_another_refresh_of_a_budget_is_shown_and_put_back(stack: Stack, accounts: Accounts) -> None:
    def up() -> Outcome:
        return stack.up(lambda: limited(accounts.url, budgets=[daily]))

    daily = {"type": "CALENDAR_DAY", "budget": 10}
    assert up().failures == ()
    assert stack.refresh().drift == {}
    membership, budget = stack.resource("b").id.split("/")
    changed: Any = {"accessBudget": {"budgetParameters": [{**daily, "autoRefresh": "DISABLED"}]}}
    client = accounts.client(RETAILER)
    client.update_privacy_budget_template(
        membershipIdentifier=membership,
        privacyBudgetTemplateIdentifier=budget,
        privacyBudgetType="ACCESS_BUDGET",
        parameters=changed,
    )
    place = "parameters.accessBudget.budgetParameters[0].autoRefresh"
    assert stack.refresh().drift == {"b": (place,)}
    outcome = up()
    assert (outcome.failures, outcome.done(), outcome.paths("b")) == ((), {"b": "update"}, (place,))
    assert stack.refresh().drift == {}
    assert up().done() == {}


def test_another_payer_is_told(stack: Stack, accounts: Accounts) -> None:
    with failing(accounts.url) as faults:
        assert stack.up(lambda: room(faults.url)).failures == ()
        assert stack.refresh().messages == ()
        own = stack.resource("own").id
        live = accounts.client(RETAILER).get_membership(membershipIdentifier=own)["membership"]
        shown = {name: each.timestamp() if hasattr(each, "timestamp") else each for name, each in live.items()}
        other = {**shown, "paymentConfiguration": {"queryCompute": {"isResponsible": False}}}
        faults.fail("GET", f"^/memberships/{own}$", "", {"membership": other}, 9, 200)
        outcome = stack.refresh()
        assert outcome.drift == {}
        (message,) = outcome.messages
        assert message == (
            "paymentConfiguration was changed outside the program, which does not state it: it stays as it is now; "
            "state it to decide yourself"
        )
        assert stack.refresh().messages == ()
        assert stack.up(lambda: room(faults.url)).done() == {}


def test_an_update_sends_only_what_it_takes() -> None:
    """What an update takes less than the creation must replace, or a change of it would be lost."""
    left_out = {
        (kind.name, path)
        for kind in RESOURCE_TYPES
        for operation in kind.updates
        for path in _left_out(kind, operation)
    }
    assert left_out == {("PrivacyBudgetTemplate", "parameters.accessBudget.resourceArn")}
    assert "parameters.accessBudget.resourceArn" in TYPES["PrivacyBudgetTemplate"].replaces


def test_an_access_budget_grows_in_place(stack: Stack, accounts: Accounts) -> None:
    def up(budget: int) -> Outcome:
        return stack.up(lambda: limited(accounts.url, budgets=[{"type": "LIFETIME", "budget": budget}]))

    assert up(10).failures == ()
    outcome = up(20)
    assert (outcome.failures, outcome.done()) == ((), {"b": "update"})
    assert stack.refresh().drift == {}


def _left_out(kind: ResourceType, operation: Operation) -> Iterator[str]:
    members = service_model.request_shape(kind, operation).members
    inputs = service_model.inputs(kind)
    for name, member in service_model.carried(kind, operation).items():
        if name in inputs:
            yield from _missing(inputs[name].shape, members[member], name)


def _missing(stated: Shape, taken: Shape, path: str) -> Iterator[str]:
    if isinstance(stated, StructureShape) and isinstance(taken, StructureShape):
        for name, inner in stated.members.items():
            if name not in taken.members:
                yield f"{path}.{name}"
            else:
                yield from _missing(inner, taken.members[name], f"{path}.{name}")
    elif isinstance(stated, ListShape) and isinstance(taken, ListShape):
        yield from _missing(stated.member, taken.member, f"{path}[*]")
