"""What partners' stacks tell is taken from whom it belongs to, and from nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components.clean_room import PartnerValues
from components.deploying import partner_values
from components.stack_settings import StackSettings
from declarations.clean_room import CleanRoom
from declarations.loading import load_room
from tests.components.conftest import Declared, closed_loops, identifier

ROOM = Path(__file__).parents[2] / "examples" / "complete_journey" / "measurement"
RETAILER, BRAND, PANEL = "111111111111", "222222222222", "333333333333"


def arn(account: str, template: str, region: str = "us-east-1") -> str:
    return f"arn:aws:cleanrooms:{region}:{account}:membership/theirs/analysistemplate/{template}"


class Partners(Declared):
    """Stacks, by name with what they export."""

    exported: Mapping[str, Mapping[str, Any]] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return args.name, {"name": args.name, "outputs": dict(self.exported[args.name]), "secretOutputNames": []}


@pytest.fixture
def partners() -> Iterator[Partners]:
    with closed_loops() as loop:
        asyncio.set_event_loop(loop)
        mocks = Partners()
        pulumi.runtime.set_mocks(mocks, project="tests", stack="dev")
        yield mocks
        asyncio.set_event_loop(None)


@pytest.fixture(scope="module")
def room() -> CleanRoom:
    return load_room(ROOM).room


def told(room: CleanRoom, **settings: Any) -> PartnerValues:  # noqa: ANN401 - any setting
    found: list[PartnerValues] = []

    async def program() -> None:
        found.append(await partner_values(StackSettings("room", RETAILER, **settings), room))

    pulumi.runtime.test(program)()
    return found[0]


def test_a_stack_tells_of_its_own_templates_alone(partners: Partners, room: CleanRoom) -> None:
    others = {"sales_lift": arn(PANEL, "other"), "sales_by_income": "ANY_QUERY", "nobodys": arn(PANEL, "nobodys")}
    elsewhere = {"redemptions_by_day": arn(BRAND, "day", "eu-west-1"), "spend_of_redeemers": None}
    theirs = {"sales_lift": arn(BRAND, "lift"), "redemptions_by_income": arn(BRAND, "income")}
    partners.exported = {
        "o/p/brand": {"templateArns": theirs},
        "o/p/panel": {"templateArns": {**others, **elsewhere}},
        "o/p/new": {},
    }
    found = told(room, partner_stacks=("o/p/brand", "o/p/panel", "o/p/new"))
    assert found.template_arns == theirs
    stated = {"sales_lift": arn(BRAND, "by-hand")}
    partners.exported = {**partners.exported, "o/p/old": {"templateArns": {"sales_lift": arn(BRAND, "old")}}}
    both = told(room, partner_stacks=("o/p/brand", "o/p/old"), template_arns=stated)
    assert both.template_arns == {**theirs, **stated}


def test_stacks_that_contradict_each_other_are_named(partners: Partners, room: CleanRoom) -> None:
    one, other = (identifier(name) for name in ("one", "other"))
    partners.exported = {
        "o/p/a": {"collaborationIdentifier": one, "templateArns": {"sales_lift": arn(BRAND, "old")}},
        "o/p/b": {"collaborationIdentifier": other},
        "o/p/c": {"templateArns": {"sales_lift": arn(BRAND, "new")}},
    }
    with pytest.raises(pulumi.RunError) as error:
        told(room, partner_stacks=("o/p/a", "o/p/b"))
    assert str(error.value) == (
        f"partnerStacks give different values for 'collaborationIdentifier': '{one}' by 'o/p/a', '{other}' by 'o/p/b'; "
        "leave one of them out, or state it yourself"
    )
    with pytest.raises(pulumi.RunError, match="partnerStacks give different values for 'sales_lift': "):
        told(room, partner_stacks=("o/p/a", "o/p/c"))
    assert told(room, partner_stacks=("o/p/a", "o/p/b"), collaboration_identifier=one).collaboration_identifier == one


@pytest.mark.parametrize("given", ["ANY_QUERY", arn("999999999999", "x"), arn(BRAND, "x", "eu-west-1"), arn(BRAND, "")])
def test_what_is_configured_is_the_authors_template(partners: Partners, room: CleanRoom, given: str) -> None:
    with pytest.raises(pulumi.RunError) as error:
        told(room, template_arns={"sales_lift": given})
    assert str(error.value) == (
        "templateArns.sales_lift: the analysis template 'sales_lift' is proposed by 'Brand', so its ARN is "
        f"arn:aws:cleanrooms:us-east-1:{BRAND}:membership/ID/analysistemplate/ID; found {given!r}"
    )
