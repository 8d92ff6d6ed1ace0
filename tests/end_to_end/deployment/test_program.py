"""The whole program, three members, from the first preview to the end: on the test engine, over the local endpoint."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components.pulling import import_file, pull, room_yaml
from declarations.loading import load_room
from examples.complete_journey.deploy import GUARDED
from tests.end_to_end.deployment.members import BRAND, PANEL, RETAILER, Members
from tests.simulator.api.accounts import Accounts

LEFT_OUT = (
    "the analysis rule of 'coupon_redemptions', without which nobody can query it, is left out for now: it names "
    "'redemptions_by_campaign_type' of 'Brand', 'redemptions_by_income' of 'Brand', 'spend_of_redeemers' of 'Brand', "
    "whose ARN is not known here. When that stack is deployed, add the ARN to templateArns, or name the stack in "
    "partnerStacks, and run again"
)


BRANDS = {"account": BRAND, "assumeRole": {"roleArn": f"arn:aws:iam::{BRAND}:role/deployer"}}
"""The brand's configuration, before the retailer has told it anything."""

NOT_KEPT = (
    "columns",
    "configured_audience_model",
    "file",
    "job_log_status",
    "payment_configuration",
    "is_metrics_enabled",
    "table_schema",
)
"""What the service does not keep, or fills in where a room says nothing; as it does `auto_refresh: NONE`."""


def said(value: Any) -> Any:  # noqa: ANN401 - JSON's values
    """What a part of a room says, lists in one order."""
    if isinstance(value, list):
        return sorted((said(each) for each in value), key=json.dumps)
    if isinstance(value, dict):
        kept = {key: each for key, each in value.items() if key not in NOT_KEPT}
        return {key: said(each) for key, each in kept.items() if (key, each) != ("auto_refresh", "NONE")}
    return value


def told_brand(program_account: str, members: Members) -> dict[str, object]:
    """The brand's own stack takes the identifier alone: nobody tells it its own templates."""
    return {"templateArns": {}} if program_account == BRAND else {}


def deploy_all(members: Members) -> None:
    for account in (RETAILER, BRAND, PANEL, RETAILER):
        members.up(account, **told_brand(account, members))


def test_members_deploy_one_after_the_other_until_nothing_changes(members: Members) -> None:
    retailer = members.stack(RETAILER)
    preview = retailer.preview(members.program(RETAILER))
    assert preview.messages == (LEFT_OUT,)
    assert set(preview.done().values()) == {"create"}
    assert retailer.state().resources == []

    first = members.up(RETAILER)
    assert first.messages == (LEFT_OUT,)
    members.up(BRAND)
    assert members.up(PANEL).messages == ()
    again = members.up(RETAILER)
    assert again.messages == ()
    assert again.done() == {"room-coupon_redemptions": "create"}
    for account in (RETAILER, BRAND, PANEL):
        told = told_brand(account, members)
        assert members.stack(account).preview(members.program(account, **told)).done() == {}
        assert members.up(account, **told).done() == {}
        assert members.stack(account).refresh().drift == {}


def test_a_change_and_a_drift_are_shown_and_made_in_place(members: Members, accounts: Accounts) -> None:
    deploy_all(members)
    members.edit("One row for each coupon handed in at a till", "Coupons")
    outcome = members.up(RETAILER)
    assert outcome.done() == {"room-coupon_redemptions": "update"}
    assert members.up(RETAILER).done() == {}

    stack = members.stack(RETAILER)
    table = next(each for each in stack.state().resources if each.type.endswith(":ConfiguredTable")).id
    accounts.client(RETAILER).update_configured_table(configuredTableIdentifier=table, description="by hand")
    (drift,) = stack.refresh().drift.values()
    assert drift == ("description",)
    assert list(members.up(RETAILER).done().values()) == ["update"]
    assert stack.refresh().drift == {}


@pytest.mark.parametrize("account", [RETAILER, BRAND, PANEL])
def test_what_is_pulled_is_what_was_declared_and_is_imported_without_edits(
    members: Members, accounts: Accounts, tmp_path: Path, account: str
) -> None:
    deploy_all(members)
    client = accounts.client(account)
    (membership,) = client.list_memberships()["membershipSummaries"]
    pulled = pull(client, membership["id"])
    imports, room = tmp_path / "imports.json", tmp_path / "room.yaml"
    imports.write_text(import_file(pulled), encoding="utf-8")
    room.write_text(room_yaml(pulled), encoding="utf-8")
    declared, found = (each.membership(account) for each in (members.declared(), load_room(room).room))
    assert declared is not None
    assert found is not None
    assert said(found.model_dump(mode="json", exclude_none=True)) == said(
        declared.model_dump(mode="json", exclude_none=True)
    )

    told = {"importFile": str(imports), **told_brand(account, members)}
    stack, program = members.stack(account, "imported"), members.program(account, room=str(room), **told)
    assert set(stack.preview(program).done().values()) == {"create", "import"}
    outcome = stack.up(program)
    assert outcome.failures == ()
    assert {name for name, does in outcome.done().items() if does == "create"} == {"member"}
    assert outcome.messages == ()
    assert stack.up(program).done() == {}
    assert len(pulled.imports) == len([step for step in outcome.steps if step.does == "import"])


def test_what_is_imported_and_not_declared_is_said(members: Members, tmp_path: Path) -> None:
    imports = tmp_path / "imports.json"
    resource = '{"type": "cleanrooms:index:ConfiguredTable", "name": "stores", "id": "x"}'
    imports.write_text(f'{{"resources": [{resource}]}}', encoding="utf-8")
    outcome = members.up(RETAILER, importFile=str(imports))
    assert "ConfiguredTable 'stores' exists, but the room does not declare it: it is left alone" in outcome.messages


def test_destroying_ends_what_is_named_and_nothing_else(members: Members, accounts: Accounts) -> None:
    deploy_all(members)
    (failure,) = members.stack(PANEL).destroy().failures
    assert "deleting it is refused" in failure
    for account in (PANEL, BRAND, RETAILER):
        named = {"allowDestroying": GUARDED.split(","), **told_brand(account, members)}
        members.up(account, **named)
        assert members.stack(account).destroy().failures == ()
        assert accounts.client(account).list_memberships()["membershipSummaries"] == []
    assert accounts.client(RETAILER).list_collaborations()["collaborationList"] == []


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"account": "444444444444"}, "account '444444444444' is not a member of the room"),
        ({"account": "4444"}, "project:account must be 12 digits in quotes; found '4444'"),
        (BRANDS, "account '222222222222' joins a collaboration that 'Retailer' makes"),
        ({"region": "eu-west-1"}, "region is 'eu-west-1', but the room"),
        ({"room": "nowhere"}, "the room 'nowhere' cannot be used:\nnowhere"),
        (
            {"templateArns": {"sales_lyft": "arn"}},
            "templateArns names 'sales_lyft', which no partner proposes ('sales_lift', ",
        ),
        (
            {"templateArns": {"sales_lift": "ANY_QUERY"}},
            "templateArns.sales_lift: the analysis template 'sales_lift' is proposed by 'Brand', so its ARN is arn:",
        ),
        ({"importFile": "nowhere.json"}, "importFile 'nowhere.json' cannot be used: [Errno 2]"),
    ],
)
def test_a_mistake_is_one_message(members: Members, changed: dict[str, object], message: str) -> None:
    stack = members.stack(RETAILER)
    with pytest.raises(pulumi.RunError) as error:
        stack.preview(members.program(RETAILER, **changed))
    assert str(error.value).startswith(message)


def test_a_wrong_room_file_is_shown_with_its_line(members: Members) -> None:
    members.edit("analytics_engine: SPARK", "analytics_engine: STEAM")
    with pytest.raises(pulumi.RunError) as error:
        members.stack(RETAILER).preview(members.program(RETAILER))
    assert "room.yaml:20" in str(error.value)
    assert "'STEAM'" in str(error.value)
