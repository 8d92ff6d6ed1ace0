"""A room of three members is deployed, each in a stack of its own, through the typed SDK and the real provider."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components import sdk
from components.clean_room import CleanRoom, CleanRoomArgs, PartnerValues
from declarations.clean_room import CleanRoom as DeclaredRoom
from tests.pulumi_engine.stack import Outcome, Stack
from tests.simulator.api.accounts import BRAND, RETAILER, STRANGER, Accounts
from tests.yaml_text import from_yaml

COMPLIANT = Path(__file__).parents[2] / "compliant" / "clean_room.yaml"


def compliant_room() -> DeclaredRoom:
    """The compliant room with its query's text, without the mapping table: nobody brings the target of its ids."""
    document = from_yaml(COMPLIANT.read_text(encoding="utf-8"))
    for membership in document["memberships"]:
        membership.pop("id_mapping_tables", None)
        for template in membership.get("analysis_templates", ()):
            if "file" in template["source"]:
                template["source"] = {"text": "SELECT household_id FROM purchases"}
    return DeclaredRoom.model_validate(document)


@pytest.fixture(scope="module")
def room() -> DeclaredRoom:
    return compliant_room()


def share(
    room: DeclaredRoom, account: str, url: str, partners: PartnerValues | None = None, *, protect: bool = False
) -> Callable[[], None]:
    """The program of a member's stack."""

    def program() -> None:
        role = f"arn:aws:iam::{account}:role/pulumi"
        provider = sdk.Provider("member", region="us-east-1", endpoint=url, assume_role={"role_arn": role})
        opts = pulumi.ResourceOptions(providers=[provider])
        args = CleanRoomArgs(room=room, account=account, partners=partners or PartnerValues(), protect=protect)
        made = CleanRoom("room", args, opts)
        pulumi.export("collaboration", made.collaboration_identifier)
        pulumi.export("templates", made.template_arns)

    return program


def told(outcome: Outcome) -> PartnerValues:
    assert outcome.failures == ()
    values: dict[str, Any] = dict(outcome.outputs)
    return PartnerValues(values["collaboration"], values["templates"])


def test_three_members_join_and_change_nothing_twice(tmp_path: Path, accounts: Accounts, room: DeclaredRoom) -> None:
    partners = None
    for account in (RETAILER, BRAND, STRANGER):
        folder = tmp_path / account
        folder.mkdir()
        stack, program = Stack(folder), share(room, account, accounts.url, partners)
        outcome = stack.up(program)
        known = told(outcome)
        partners = partners or known
        assert stack.up(program).done() == {}
        assert stack.refresh().drift == {}
    client = accounts.client(RETAILER)
    members = client.list_members(collaborationIdentifier=partners.collaboration_identifier)["memberSummaries"]
    assert {member["status"] for member in members} == {"ACTIVE"}
    schemas = client.list_schemas(collaborationIdentifier=partners.collaboration_identifier)["schemaSummaries"]
    assert {schema["name"] for schema in schemas} == {"purchases", "households", "campaigns", "mailed"}


def test_all_of_it_goes_again(
    stack: Stack, accounts: Accounts, room: DeclaredRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(stack.up(share(room, RETAILER, accounts.url)))
    named = "room-collaboration,room-membership,room-privacy,room-access-purchases"
    monkeypatch.setenv("CLEANROOMS_ALLOW_DESTROYING", named)
    assert stack.destroy().failures == ()
    assert accounts.client(RETAILER).list_collaborations()["collaborationList"] == []
    assert accounts.client(RETAILER).list_configured_tables()["configuredTableSummaries"] == []


def without_rule(room: DeclaredRoom, table: str) -> DeclaredRoom:
    """The room without the analysis rule of a table: nobody can query it any more."""
    document = room.model_dump(exclude_unset=True)
    for membership in document["memberships"]:
        for each in membership.get("configured_tables", ()):
            if each["name"] == table:
                del each["analysis_rule"]
    return DeclaredRoom.model_validate(document)


def test_what_is_protected_keeps_no_rule_in_place(stack: Stack, accounts: Accounts, room: DeclaredRoom) -> None:
    told(stack.up(share(room, RETAILER, accounts.url, protect=True)))
    protected = {each.name for each in stack.state().resources if each.protect}
    assert protected == {"room-collaboration", "room-membership"}
    outcome = stack.up(share(without_rule(room, "households"), RETAILER, accounts.url, protect=True))
    assert (outcome.failures, outcome.done()) == ((), {"room-households": "delete"})


def renamed(room: DeclaredRoom, association: str, name: str) -> DeclaredRoom:
    """The room with another name in SQL for a table that has an access budget."""
    document = room.model_dump(mode="json", exclude_unset=True)
    for membership in document["memberships"]:
        for each in membership.get("configured_table_associations", ()):
            if each["name"] == association:
                each["name"] = name
        for template in membership.get("privacy_budget_templates", ()):
            access = template["parameters"].get("access_budget")
            if access and access["resource_arn"] == f"table:{association}":
                access["resource_arn"] = f"table:{name}"
    return DeclaredRoom.model_validate(document)


def test_a_limited_table_gets_no_second_name_with_a_full_budget(
    stack: Stack, accounts: Accounts, room: DeclaredRoom
) -> None:
    told(stack.up(share(room, RETAILER, accounts.url)))
    other = share(renamed(room, "purchases", "bought"), RETAILER, accounts.url)
    (membership,) = accounts.client(RETAILER).list_memberships()["membershipSummaries"]
    for run in (stack.preview, stack.up):
        (failure,) = run(other).failures
        assert failure.startswith(
            "ConfiguredTableAssociation 'room-bought': making it is refused: it shows the same rows as 'purchases', "
        )
        associations = accounts.client(RETAILER).list_configured_table_associations(
            membershipIdentifier=membership["id"]
        )["configuredTableAssociationSummaries"]
        assert {each["name"] for each in associations} == {"purchases", "households"}
