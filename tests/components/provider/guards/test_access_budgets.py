"""A table that may be used so many times is never there without its limit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from components.provider.configuration import Configuration
from components.provider.lifecycle.diff import Comparison, changes_of
from declarations.unknown import UNKNOWN
from tests.pulumi_engine.declared import Declared, declare, read
from tests.pulumi_engine.limited_program import limited
from tests.pulumi_engine.made import TYPES
from tests.pulumi_engine.room_program import RETAILER
from tests.pulumi_engine.stack import Outcome, Stack
from tests.simulator.api.accounts import Accounts

CASES = Path(__file__).parents[3] / "cases" / "provider" / "every_type.yaml"


class Limited:
    """A table with its limit."""

    def __init__(self, stack: Stack, accounts: Accounts) -> None:
        self.stack, self.accounts = stack, accounts

    def up(self, **changed: Any) -> Outcome:
        return self.stack.up(lambda: limited(self.accounts.url, **changed))

    def preview(self, **changed: Any) -> Outcome:
        return self.stack.preview(lambda: limited(self.accounts.url, **changed))

    def limits(self) -> dict[str, str]:
        """What there is to be queried, by name: the ARN that a budget limits."""
        client, membership = self.accounts.client(RETAILER), self.stack.resource("own").id
        listed = client.list_configured_table_associations(membershipIdentifier=membership)
        tables = {each["arn"]: each["name"] for each in listed["configuredTableAssociationSummaries"]}
        budgets = client.list_privacy_budgets(membershipIdentifier=membership, privacyBudgetType="ACCESS_BUDGET")
        arns = [each["budget"]["accessBudget"]["resourceArn"] for each in budgets["privacyBudgetSummaries"]]
        return {tables[arn]: arn for arn in arns if arn in tables} | {
            name: "" for arn, name in tables.items() if arn not in arns
        }


@pytest.fixture
def deployed(stack: Stack, accounts: Accounts) -> Limited:
    made = Limited(stack, accounts)
    assert made.up().failures == ()
    return made


@pytest.mark.parametrize("changed", [{"association": "sales"}, {"table": "returns"}])
def test_a_table_is_not_made_anew_without_its_limit(deployed: Limited, changed: dict[str, Any]) -> None:
    before, budget = deployed.limits(), deployed.stack.resource("b").id.rpartition("/")[2]
    assert all(before.values())
    for run in (deployed.preview, deployed.up):
        (failure,) = run(**changed).failures
        assert failure == (
            f"ConfiguredTableAssociation 'a': replacing it is refused: the privacy budget template '{budget}' limits "
            "how often it is used, and would not limit what comes in its place. End that budget first. If you mean it, "
            "add 'a' to the provider's allowDestroying, or set CLEANROOMS_ALLOW_DESTROYING=a for this command, and "
            "name the budget, too"
        )
        assert deployed.limits() == before
    assert "b" in deployed.up(named=("a",), **changed).failures[0]
    assert deployed.limits() == before
    assert deployed.up(named=("a", "b"), **changed).failures == ()
    assert set(deployed.limits()) == {changed.get("association", "orders")}
    assert all(deployed.limits().values())


@pytest.mark.parametrize("without", [(), ("a", "b")])
def test_a_limited_table_is_not_opened_under_another_name(deployed: Limited, without: tuple[str, ...]) -> None:
    """Whether the second stands beside the first or takes its place: for a moment, or for good, it has no limit."""
    before, budget = deployed.limits(), deployed.stack.resource("b").id.rpartition("/")[2]
    changed = {"beside": "sales", "without": without}
    for run in (deployed.preview, deployed.up):
        (failure,) = run(**changed).failures
        assert failure == (
            "ConfiguredTableAssociation 'a2': making it is refused: it shows the same rows as 'orders', whose uses the "
            f"privacy budget template '{budget}' limits, and can be used without that limit. If it takes the place of "
            "'orders', end that and its budget first; if it stands beside it, withdraw the analysis rule of the table "
            "until both have a budget. If you mean it, add 'a2' to the provider's allowDestroying, or set "
            "CLEANROOMS_ALLOW_DESTROYING=a2 for this command"
        )
        assert deployed.limits() == before
    assert deployed.up(named=("a2",), beside="sales").failures == ()
    assert deployed.limits() == {**before, "sales": ""}


def test_a_closed_table_may_have_a_second_association(deployed: Limited) -> None:
    assert deployed.up(without=("orders-rule",)).done() == {"orders-rule": "delete"}
    closed = {"beside": "sales", "without": ("orders-rule",)}
    assert deployed.preview(**closed).failures == deployed.up(**closed).failures == ()


def test_a_table_without_a_limit_may_have_a_second_association(deployed: Limited) -> None:
    assert deployed.up(named=("b",), without=("b",)).failures == ()
    assert deployed.up(beside="sales", without=("b",)).done()["a2"] == "create"


def test_a_limited_query_is_not_kept_a_second_time(stack: Stack, accounts: Accounts) -> None:
    cases = {case.name: case for case in read(CASES)}
    needed = "room own theirs orders ads clicks flakes orders-association ads-association template orders-rule"
    room = [cases[name] for name in (*needed.split(), "orders-receivers", "romans", "romans-rule")]
    budget = {
        "membershipIdentifier": "${theirs.membershipIdentifier}",
        "privacyBudgetType": "ACCESS_BUDGET",
        "parameters": {
            "accessBudget": {
                "resourceArn": "${romans.arn}",
                "budgetParameters": [{"type": "LIFETIME", "budget": 10}],
            }
        },
    }
    room.append(Declared("limit", "PrivacyBudgetTemplate", "brand", budget))
    stack.up(lambda: declare(accounts.url, tuple(room)))
    properties = {**cases["romans"].properties, "name": "citizens"}
    more = (*room, Declared("citizens", "IntermediateTable", "brand", properties))
    for run in (stack.preview, stack.up):
        (failure,) = run(lambda: declare(accounts.url, more)).failures
        assert failure.startswith(
            "IntermediateTable 'citizens': making it is refused: it shows the same rows as 'romans', whose uses the "
        )
    assert stack.up(lambda: declare(accounts.url, more, allowDestroying=["citizens"])).failures == ()


def test_a_budget_of_another_stack_keeps_its_table(deployed: Limited, stack: Stack) -> None:
    arn = deployed.up().outputs["arn"]
    assert deployed.up(arn=arn).done() == {}
    (failure,) = deployed.up(arn=arn, without=("a",)).failures
    assert failure.startswith("ConfiguredTableAssociation 'a': deleting it is refused: the privacy budget template ")
    assert deployed.up(arn=arn, named=("b",), without=("b",)).failures == ()
    assert deployed.up(without=("a", "b")).failures == ()
    assert deployed.limits() == {}


def test_a_table_without_a_limit_is_made_anew(deployed: Limited) -> None:
    assert deployed.up(named=("b",), without=("b",)).failures == ()
    assert deployed.up(association="sales", without=("b",)).done()["a"] == "replace"


def test_every_table_of_a_collaboration_can_have_a_limit() -> None:
    limited_types = {name for name, kind in TYPES.items() if kind.find_limit}
    assert limited_types == {"ConfiguredTableAssociation", "IntermediateTable"}
    assert limited_types == {name for name, kind in TYPES.items() if kind.find_limited_twin}


def test_a_budget_goes_with_the_table_that_it_limits() -> None:
    """The engine makes a whole property unknown to ask what has to be deleted before the table is."""
    stated = {"parameters": {"accessBudget": {"resourceArn": "arn", "budgetParameters": []}}}
    compared = Comparison(TYPES["PrivacyBudgetTemplate"], stated, stated, {"parameters": UNKNOWN})
    assert [change.replaces for change in changes_of(compared, Configuration())] == [True]
