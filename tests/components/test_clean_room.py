"""Each member's stack declares that member's share, in the order in which it can be made."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components.clean_room import CleanRoom, CleanRoomArgs, PartnerValues
from declarations.clean_room import CleanRoom as DeclaredRoom
from tests.components.conftest import Declared, identifier
from tests.yaml_text import from_yaml

# What else waited for the same output fails beside what ends the program, and is of no interest.
logging.getLogger("asyncio").setLevel(logging.CRITICAL)

COMPLIANT = Path(__file__).parents[1] / "compliant" / "clean_room.yaml"
RETAILER, BRAND, PANEL = "111111111111", "222222222222", "333333333333"
TEMPLATE = "arn:aws:cleanrooms:us-east-1:111111111111:membership/theirs/analysistemplate/reach"
PARTNERS = PartnerValues(collaboration_identifier=identifier("theirs"), template_arns={"reach": TEMPLATE})


@pytest.fixture(scope="module")
def room() -> DeclaredRoom:
    document = from_yaml(COMPLIANT.read_text(encoding="utf-8"))
    for membership in document["memberships"]:
        for template in membership.get("analysis_templates", ()):
            if "file" in template["source"]:
                template["source"] = {"text": "SELECT household_id FROM purchases"}
    return DeclaredRoom.model_validate(document)


def run(program: Callable[[], Any]) -> None:
    pulumi.runtime.test(lambda: program() and None)()


def share(room: DeclaredRoom, account: str, **more: Any) -> CleanRoom:  # noqa: ANN401 - its other arguments
    return CleanRoom("room", CleanRoomArgs(room=room, account=account, **more))


def children(declared_resources: Declared) -> set[tuple[str, str]]:
    """Type and name of everything but the component."""
    pairs = ((each.typ.rpartition(":")[2], each.name) for each in declared_resources.resources)
    return {(kind, name) for kind, name in pairs if kind != "CleanRoom"}


def test_the_creator_makes_the_collaboration_and_its_own_share(declared: Declared, room: DeclaredRoom) -> None:
    run(lambda: share(room, RETAILER))
    assert children(declared) == {
        ("Collaboration", "room-collaboration"),
        ("Membership", "room-membership"),
        ("ConfiguredTable", "room-transactions"),
        ("ConfiguredTable", "room-households"),
        ("ConfiguredTable", "room-spare"),
        ("ConfiguredTableAnalysisRule", "room-transactions"),
        ("ConfiguredTableAnalysisRule", "room-households"),
        ("ConfiguredTableAssociation", "room-purchases"),
        ("ConfiguredTableAssociation", "room-households"),
        ("ConfiguredTableAssociationAnalysisRule", "room-purchases"),
        ("AnalysisTemplate", "room-reach"),
        ("PrivacyBudgetTemplate", "room-privacy"),
        ("PrivacyBudgetTemplate", "room-access-purchases"),
    }


def test_children_take_what_others_made(declared: Declared, room: DeclaredRoom) -> None:
    run(lambda: share(room, RETAILER))
    membership = identifier("room-membership")
    association = declared.named("ConfiguredTableAssociation")["room-purchases"]
    assert association["configuredTableIdentifier"] == identifier("room-transactions")
    assert association["membershipIdentifier"] == membership
    rule = declared.named("ConfiguredTableAnalysisRule")["room-transactions"]
    assert rule["analysisRulePolicy"]["v1"]["custom"]["allowedAnalyses"] == ["room-reach-arn"]
    assert rule["analysisRuleType"] == "CUSTOM"
    budget = declared.named("PrivacyBudgetTemplate")["room-access-purchases"]
    assert budget["parameters"]["accessBudget"]["resourceArn"] == "room-purchases-arn"
    assert declared.named("Membership")["room-membership"] == {
        "collaborationIdentifier": identifier("room-collaboration"),
        "queryLogStatus": "ENABLED",
    }
    assert "creatorAccountId" not in declared.named("Collaboration")["room-collaboration"]


def test_what_others_need_comes_first(declared: Declared, room: DeclaredRoom) -> None:
    run(lambda: share(room, RETAILER))
    order = [(each.typ.rpartition(":")[2], each.name) for each in declared.resources]
    for first, second in (
        (("Collaboration", "room-collaboration"), ("Membership", "room-membership")),
        (("ConfiguredTable", "room-transactions"), ("ConfiguredTableAssociation", "room-purchases")),
        (("ConfiguredTableAssociation", "room-purchases"), ("AnalysisTemplate", "room-reach")),
        (("AnalysisTemplate", "room-reach"), ("ConfiguredTableAnalysisRule", "room-transactions")),
        (("ConfiguredTableAssociation", "room-purchases"), ("PrivacyBudgetTemplate", "room-access-purchases")),
    ):
        assert order.index(first) < order.index(second)


def test_a_partner_joins_with_what_it_was_told(declared: Declared, room: DeclaredRoom) -> None:
    run(lambda: share(room, BRAND, partners=PARTNERS))
    assert not declared.named("Collaboration")
    assert declared.named("Membership")["room-membership"]["collaborationIdentifier"] == identifier("theirs")
    table = declared.named("IntermediateTable")["room-mailed"]
    parameters = table["populationAnalysisConfiguration"]["sqlParameters"]
    assert parameters["analysisTemplateArn"] == TEMPLATE
    assert set(declared.named("IdMappingTable")) == {"room-household_ids"}


def test_a_member_without_tables_only_joins(declared: Declared, room: DeclaredRoom) -> None:
    run(lambda: share(room, PANEL, partners=PARTNERS))
    assert children(declared) == {("Membership", "room-membership")}
    payment = declared.named("Membership")["room-membership"]["paymentConfiguration"]
    assert payment == {"queryCompute": {"isResponsible": True}}


def test_roles_of_the_program_stand_in_for_declared_ones(declared: Declared, room: DeclaredRoom) -> None:
    run(lambda: share(room, RETAILER, roles={"purchases": "arn-of-a-made-role"}))
    associations = declared.named("ConfiguredTableAssociation")
    assert associations["room-purchases"]["roleArn"] == "arn-of-a-made-role"
    assert associations["room-households"]["roleArn"] == "arn:aws:iam::111111111111:role/clean-rooms"


def test_outputs_tell_the_partners(declared: Declared, room: DeclaredRoom) -> None:
    def program() -> pulumi.Output[None]:
        made = share(room, RETAILER)

        def check(values: list[str]) -> None:
            assert values == [identifier("room-collaboration"), "room-reach-arn"]

        return pulumi.Output.all(made.collaboration_identifier, made.template_arns["reach"]).apply(check)

    pulumi.runtime.test(program)()


@pytest.mark.parametrize("protect", [True, False])
def test_what_partners_would_lose_is_protected(declared: Declared, room: DeclaredRoom, *, protect: bool) -> None:
    made: list[CleanRoom] = []
    run(lambda: made.append(share(room, RETAILER, protect=protect)))
    (found,) = made
    assert found.collaboration is not None
    assert found.membership is not None
    assert (found.collaboration._protect, found.membership._protect) == (protect, protect)


def test_what_names_an_unknown_template_is_left_out_with_all_that_hangs_on_it(
    declared: Declared, room: DeclaredRoom
) -> None:
    run(lambda: share(room, BRAND, partners=PartnerValues(identifier("theirs"))))
    assert declared.named("IntermediateTable") == {}
    assert declared.named("IntermediateTableAnalysisRule") == {}
    assert set(declared.named("ConfiguredTable")) == {"room-campaigns"}


def test_what_exists_is_taken_over(declared: Declared, room: DeclaredRoom) -> None:
    exists = {("ConfiguredTable", "households"): "table", ("PrivacyBudgetTemplate", "access-purchases"): "budget"}
    run(lambda: share(room, RETAILER, imports=exists))
    taken = {each.name: each.resource_id for each in declared.resources if each.resource_id}
    assert taken == {"room-households": "table", "room-access-purchases": "budget"}


@pytest.mark.parametrize(
    ("account", "message"),
    [
        (
            "444444444444",
            (
                "account '444444444444' is not a member of the room "
                "(members: '111111111111', '222222222222', '333333333333')"
            ),
        ),
        (
            BRAND,
            (
                "account '222222222222' joins a collaboration that 'Retailer' makes: when its stack is deployed, "
                "give its collaborationIdentifier, or name that stack in partnerStacks"
            ),
        ),
    ],
)
def test_what_is_missing_is_said(declared: Declared, room: DeclaredRoom, account: str, message: str) -> None:
    caught: list[str] = []

    def program() -> None:
        with pytest.raises(pulumi.RunError) as error:
            share(room, account)
        caught.append(str(error.value))

    run(program)
    assert caught == [message]


def failing(program: Callable[[], Any]) -> str:
    with pytest.raises(pulumi.RunError) as error:
        run(program)
    return str(error.value)


@pytest.mark.parametrize("known_later", [False, True])
@pytest.mark.parametrize(
    "arn",
    ["ANY_QUERY", TEMPLATE.replace(RETAILER, BRAND), TEMPLATE.replace("us-east-1", "eu-west-1"), f"x{TEMPLATE}"],
)
def test_nobody_but_the_author_says_what_a_template_is(
    declared: Declared, room: DeclaredRoom, arn: str, *, known_later: bool
) -> None:
    def program() -> None:
        given = pulumi.Output.from_input(arn) if known_later else arn
        share(room, BRAND, partners=PartnerValues(identifier("theirs"), {"reach": given}))

    assert failing(program) == (
        "the analysis template 'reach' is proposed by 'Retailer', so its ARN is "
        f"arn:aws:cleanrooms:us-east-1:111111111111:membership/ID/analysistemplate/ID; found {arn!r}"
    )
    assert declared.named("IntermediateTable") == {}


def test_a_partner_does_not_say_what_the_members_own_templates_are(declared: Declared, room: DeclaredRoom) -> None:
    run(lambda: share(room, RETAILER, partners=PartnerValues(template_arns={"reach": "ANY_QUERY"})))
    rule = declared.named("ConfiguredTableAnalysisRule")["room-transactions"]
    assert rule["analysisRulePolicy"]["v1"]["custom"]["allowedAnalyses"] == ["room-reach-arn"]


def test_nothing_is_put_into_the_collaboration_of_somebody_else(declared: Declared, room: DeclaredRoom) -> None:
    declared.creator = PANEL
    assert failing(lambda: share(room, BRAND, partners=PARTNERS)) == (
        f"the membership '{identifier('room-membership')}' is in a collaboration that account '{PANEL}' has created; "
        f"the room's creator is '{RETAILER}'. Nothing is put into it: correct collaborationIdentifier"
    )
    assert declared.named("ConfiguredTableAssociation") == {}


def test_arguments_can_be_a_dictionary(declared: Declared, room: DeclaredRoom) -> None:
    run(lambda: CleanRoom("room", {"room": room, "account": PANEL, "partners": PARTNERS}))
    assert children(declared) == {("Membership", "room-membership")}


def test_an_unknown_argument_is_named(room: DeclaredRoom) -> None:
    wrong: Any = {"room": room, "acount": PANEL}
    with pytest.raises(TypeError, match="CleanRoomArgs has no 'acount'; did you mean 'account'"):
        CleanRoom("room", wrong)
