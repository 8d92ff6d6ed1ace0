"""A difference of members becomes exactly the changes that make it, and the local endpoint takes them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from components.resources.collaboration import read_members
from components.resources.collaboration_changes import changes, leaving
from declarations.change_request import CollaborationChangeRequest
from tests.simulator.api.accounts import BRAND, RETAILER, STRANGER, Accounts

BEFORE: dict[str, Any] = {
    "creatorAccountId": RETAILER,
    "creatorMemberAbilities": ["CAN_EXPORT_QUERY_ANALYSIS_LOG"],
    "creatorPaymentConfiguration": {"queryCompute": {"isResponsible": False}},
    "autoApprovedChangeRequestTypes": ["ADD_MEMBER"],
    "members": [
        {
            "accountId": BRAND,
            "displayName": "Brand",
            "memberAbilities": ["CAN_QUERY", "CAN_RECEIVE_RESULTS"],
            "mlMemberAbilities": {"customMLMemberAbilities": ["CAN_RECEIVE_MODEL_OUTPUT"]},
            "paymentConfiguration": {"queryCompute": {"isResponsible": True}},
        }
    ],
}
AGENCY = {"accountId": STRANGER, "displayName": "Agency", "memberAbilities": ["CAN_RECEIVE_RESULTS"]}


def with_brand(**members: object) -> dict[str, Any]:
    after = deepcopy(BEFORE)
    after["members"][0] = {**after["members"][0], **members}
    return after


def member(**specification: object) -> dict[str, Any]:
    return {"specificationType": "MEMBER", "specification": {"member": specification}}


CASES: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "nothing": (BEFORE, []),
    "another order": (with_brand(memberAbilities=["CAN_RECEIVE_RESULTS", "CAN_QUERY"]), []),
    "payment not stated": (with_brand(paymentConfiguration=None), []),
    "a member more": ({**BEFORE, "members": [*BEFORE["members"], AGENCY]}, [member(**AGENCY)]),
    "an ability less": (with_brand(memberAbilities=["CAN_QUERY"]), [member(accountId=BRAND, memberAbilities=[])]),
    "a payer less": (
        with_brand(paymentConfiguration={"queryCompute": {"isResponsible": False}}),
        [
            member(
                accountId=BRAND,
                memberAbilities=["CAN_RECEIVE_RESULTS"],
                paymentConfiguration={"queryCompute": {"isResponsible": False}},
            )
        ],
    ),
    "no machine learning": (
        with_brand(mlMemberAbilities=None),
        [
            member(
                accountId=BRAND,
                memberAbilities=["CAN_RECEIVE_RESULTS"],
                mlMemberAbilities={"customMLMemberAbilities": []},
            )
        ],
    ),
    "the creator": (
        {**BEFORE, "creatorMemberAbilities": ["CAN_RECEIVE_RESULTS"]},
        [member(accountId=RETAILER, memberAbilities=["CAN_RECEIVE_RESULTS"])],
    ),
    "nothing automatic": (
        {**BEFORE, "autoApprovedChangeRequestTypes": None},
        [
            {
                "specificationType": "COLLABORATION",
                "specification": {"collaboration": {"autoApprovedChangeTypes": []}},
            }
        ],
    ),
}


@pytest.mark.parametrize(("after", "expected"), CASES.values(), ids=CASES)
def test_changes(after: dict[str, Any], expected: list[dict[str, Any]]) -> None:
    found = list(changes(BEFORE, after))
    assert found == expected
    if found:
        CollaborationChangeRequest.model_validate({"changes": found})


@pytest.mark.parametrize(
    ("after", "message"),
    [
        (
            with_brand(memberAbilities=[]),
            f"CAN_QUERY cannot be taken from account {BRAND} in a collaboration that exists",
        ),
        (
            with_brand(memberAbilities=["CAN_QUERY", "CAN_RUN_JOB"]),
            f"CAN_RUN_JOB cannot be granted to account {BRAND} in a collaboration that exists",
        ),
        (
            {**BEFORE, "members": [*BEFORE["members"], {**AGENCY, "memberAbilities": ["CAN_RUN_JOB"]}]},
            f"CAN_RUN_JOB cannot be granted to account {STRANGER} in a collaboration that exists",
        ),
    ],
)
def test_who_queries_never_changes(after: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        changes(BEFORE, after)


def test_who_is_named_no_longer_leaves() -> None:
    assert leaving(BEFORE, {"members": [AGENCY]}) == (BRAND,)
    assert leaving(BEFORE, {**BEFORE, "members": [*BEFORE["members"], AGENCY]}) == ()
    assert changes(BEFORE, {**BEFORE, "members": []}) == ()


def test_the_changes_make_the_difference(accounts: Accounts) -> None:
    client = accounts.client(RETAILER)
    stated = {name: value for name, value in BEFORE.items() if name != "creatorAccountId"}
    more = {"name": "reach", "creatorDisplayName": "Retailer", "queryLogStatus": "ENABLED"}
    made = client.create_collaboration(**stated, **more)["collaboration"]
    here = {"collaborationIdentifier": made["id"]}
    live = {**here, "creatorAccountId": RETAILER}
    after = with_brand(memberAbilities=["CAN_QUERY", "CAN_EXPORT_QUERY_ANALYSIS_LOG"])
    after["members"].append({**AGENCY, "paymentConfiguration": {"queryCompute": {"isResponsible": False}}})
    before = {**live, **read_members(client, live), "autoApprovedChangeRequestTypes": made["autoApprovedChangeTypes"]}
    asked = changes(before, after)
    request = client.create_collaboration_change_request(**here, changes=list(asked))["collaborationChangeRequest"]
    client.update_collaboration_change_request(**here, changeRequestIdentifier=request["id"], action="COMMIT")
    now = {**live, **read_members(client, live), "autoApprovedChangeRequestTypes": made["autoApprovedChangeTypes"]}
    assert changes(now, after) == ()
    assert leaving(now, after) == ()
