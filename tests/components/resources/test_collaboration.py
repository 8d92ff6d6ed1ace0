"""Who takes part is read as it was stated, on the local endpoint."""

from __future__ import annotations

from typing import Any

from components.resources.collaboration import COLLABORATION
from tests.simulator.api.accounts import BRAND, RETAILER, STRANGER, Accounts

BRAND_MEMBER = {
    "accountId": BRAND,
    "displayName": "Brand",
    "memberAbilities": ["CAN_QUERY"],
    "mlMemberAbilities": {"customMLMemberAbilities": ["CAN_RECEIVE_MODEL_OUTPUT"]},
    "paymentConfiguration": {"queryCompute": {"isResponsible": True}},
}
AGENCY_MEMBER = {
    "accountId": STRANGER,
    "displayName": "Agency",
    "memberAbilities": ["CAN_RECEIVE_RESULTS"],
    "paymentConfiguration": {"queryCompute": {"isResponsible": False}},
}
STATED: dict[str, Any] = {
    "name": "reach",
    "creatorDisplayName": "Retailer",
    "creatorMemberAbilities": ["CAN_EXPORT_QUERY_ANALYSIS_LOG"],
    "creatorMLMemberAbilities": {"customMLMemberAbilities": ["CAN_RECEIVE_INFERENCE_OUTPUT"]},
    "creatorPaymentConfiguration": {"queryCompute": {"isResponsible": False}},
    "queryLogStatus": "ENABLED",
    "members": [BRAND_MEMBER, AGENCY_MEMBER],
}


def read(accounts: Accounts, identifier: str) -> dict[str, Any]:
    client = accounts.client(RETAILER)
    answer = client.get_collaboration(collaborationIdentifier=identifier)["collaboration"]
    found = {COLLABORATION.answers.get(name, name): value for name, value in answer.items()}
    assert COLLABORATION.read_also is not None
    return dict(COLLABORATION.read_also(client, found))


def test_members_are_read_as_stated(accounts: Accounts) -> None:
    made = accounts.client(RETAILER).create_collaboration(**STATED)["collaboration"]["id"]
    found = read(accounts, made)
    by_account = {member["accountId"]: member for member in found.pop("members")}
    assert by_account == {BRAND: BRAND_MEMBER, STRANGER: AGENCY_MEMBER}
    assert found == {name: STATED[name] for name in found}
    assert {*found, "members"} == set(COLLABORATION.change_request.paths) - {"autoApprovedChangeRequestTypes"}


def test_who_was_removed_is_no_member(accounts: Accounts) -> None:
    client = accounts.client(RETAILER)
    made = client.create_collaboration(**STATED)["collaboration"]["id"]
    client.delete_member(collaborationIdentifier=made, accountId=STRANGER)
    assert [member["accountId"] for member in read(accounts, made)["members"]] == [BRAND]
