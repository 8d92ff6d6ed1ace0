"""Collaborations, members and memberships: who invites, who joins, who sees what."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulator.api.accounts import BRAND, RETAILER, STRANGER, Accounts
from tests.simulator.api.rooms import join, make_room

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def create(accounts: Accounts, **stated: Any) -> dict[str, Any]:
    defaults: dict[str, Any] = {
        "name": "reach",
        "creatorDisplayName": "Retailer",
        "creatorMemberAbilities": ["CAN_QUERY"],
        "queryLogStatus": "DISABLED",
        "members": [{"accountId": BRAND, "displayName": "Brand", "memberAbilities": []}],
    }
    made: dict[str, Any] = accounts.client(RETAILER).create_collaboration(**(defaults | stated))["collaboration"]
    return made


def test_the_creator_is_invited_until_it_joins(accounts: Accounts) -> None:
    made = create(accounts)
    assert made["memberStatus"] == "INVITED"
    assert "membershipId" not in made
    membership = join(accounts, RETAILER, made["id"])
    seen = accounts.client(RETAILER).get_collaboration(collaborationIdentifier=made["id"])["collaboration"]
    assert (seen["memberStatus"], seen["membershipId"]) == ("ACTIVE", membership)


def test_each_member_sees_its_own_status(accounts: Accounts) -> None:
    made = create(accounts)
    join(accounts, RETAILER, made["id"])
    seen = accounts.client(BRAND).get_collaboration(collaborationIdentifier=made["id"])["collaboration"]
    assert seen["memberStatus"] == "INVITED"
    listed = accounts.client(BRAND).list_collaborations(memberStatus="INVITED")["collaborationList"]
    assert [each["id"] for each in listed] == [made["id"]]
    assert accounts.client(BRAND).list_collaborations(memberStatus="ACTIVE")["collaborationList"] == []


@pytest.mark.parametrize("identifier", ["the room", UNKNOWN])
def test_strangers_cannot_tell_a_foreign_room_from_none(identifier: str, accounts: Accounts) -> None:
    made = create(accounts)
    with pytest.raises(ClientError) as error:
        accounts.client(STRANGER).get_collaboration(
            collaborationIdentifier=made["id"] if identifier == "the room" else identifier
        )
    assert code(error) == "AccessDeniedException"
    assert error.value.response["reason"] == "INSUFFICIENT_PERMISSIONS"


def test_rooms_are_regional(accounts: Accounts) -> None:
    create(accounts)
    assert accounts.client(RETAILER, region="eu-west-1").list_collaborations()["collaborationList"] == []


def test_only_the_creator_updates(accounts: Accounts) -> None:
    made = create(accounts)
    with pytest.raises(ClientError) as error:
        accounts.client(BRAND).update_collaboration(collaborationIdentifier=made["id"], name="ours")
    assert code(error) == "AccessDeniedException"
    room = accounts.client(RETAILER).update_collaboration(collaborationIdentifier=made["id"], name="ours")
    assert room["collaboration"]["name"] == "ours"
    assert room["collaboration"]["updateTime"] >= made["createTime"]


def test_joining_twice_is_a_conflict(accounts: Accounts) -> None:
    made = create(accounts)
    join(accounts, BRAND, made["id"])
    with pytest.raises(ClientError) as error:
        join(accounts, BRAND, made["id"])
    assert code(error) == "ConflictException"
    assert error.value.response["reason"] == "ALREADY_EXISTS"


def test_strangers_cannot_join(accounts: Accounts) -> None:
    made = create(accounts)
    with pytest.raises(ClientError) as error:
        join(accounts, STRANGER, made["id"])
    assert code(error) == "AccessDeniedException"


def test_a_room_that_does_not_exist_cannot_be_joined(accounts: Accounts) -> None:
    with pytest.raises(ClientError) as error:
        join(accounts, RETAILER, UNKNOWN)
    assert code(error) == "ResourceNotFoundException"
    assert error.value.response["resourceId"] == UNKNOWN
    assert error.value.response["resourceType"] == "COLLABORATION"


def test_a_creator_who_has_left_still_owns_the_room(accounts: Accounts) -> None:
    made = create(accounts)
    client, name = accounts.client(RETAILER), {"collaborationIdentifier": made["id"]}
    client.delete_membership(membershipIdentifier=join(accounts, RETAILER, made["id"]))
    seen = client.get_collaboration(**name)["collaboration"]
    assert seen["memberStatus"] == "LEFT"
    assert "membershipId" not in seen
    assert [each["id"] for each in client.list_collaborations()["collaborationList"]] == [made["id"]]
    with pytest.raises(ClientError) as error:
        client.list_schemas(**name)
    assert code(error) == "AccessDeniedException"
    client.delete_collaboration(**name)


@pytest.mark.parametrize("ability", ["CAN_QUERY", "CAN_RUN_JOB"])
def test_where_two_can_query_nobody_does(ability: str, accounts: Accounts) -> None:
    """The collaboration can be made; the documentation has exactly one such member, so no query is answered."""
    member = {"accountId": BRAND, "displayName": "Brand", "memberAbilities": ["CAN_RECEIVE_RESULTS", ability]}
    room = make_room(accounts, creatorMemberAbilities=[ability], members=[member])
    template = f"arn:aws:cleanrooms:us-east-1:{BRAND}:membership/{UNKNOWN}/analysistemplate/{UNKNOWN}"
    job = {"type": "PYSPARK", "jobParameters": {"analysisTemplateArn": template}}
    ask = {
        "CAN_QUERY": partial(room.ask, "SELECT COUNT(*) AS n FROM sales"),
        "CAN_RUN_JOB": partial(
            room.client(BRAND).start_protected_job, membershipIdentifier=room.memberships[BRAND], **job
        ),
    }
    with pytest.raises(ClientError) as error:
        ask[ability]()
    assert code(error) == "ValidationException"
    assert f"exactly one member can have {ability}" in error.value.response["Error"]["Message"]


def test_abilities_of_a_membership_are_those_of_the_invitation(accounts: Accounts) -> None:
    made = create(accounts)
    join(accounts, RETAILER, made["id"])
    (membership,) = accounts.client(RETAILER).list_memberships(status="ACTIVE")["membershipSummaries"]
    assert membership["memberAbilities"] == ["CAN_QUERY"]


def test_who_is_asked_to_pay_must_accept(accounts: Accounts) -> None:
    payment = {"queryCompute": {"isResponsible": True}}
    member = {"accountId": BRAND, "displayName": "Brand", "memberAbilities": [], "paymentConfiguration": payment}
    made = create(accounts, members=[member])
    for stated in ({}, {"paymentConfiguration": {"queryCompute": {"isResponsible": False}}}):
        with pytest.raises(ClientError) as error:
            join(accounts, BRAND, made["id"], **stated)
        assert code(error) == "ValidationException"
    join(accounts, BRAND, made["id"], paymentConfiguration=payment)


def test_a_membership_with_tables_cannot_be_deleted(accounts: Accounts) -> None:
    room = make_room(accounts)
    room.add_table(RETAILER, "sales", {"id": "string"})
    client, membership = room.client(RETAILER), room.memberships[RETAILER]
    with pytest.raises(ClientError) as error:
        client.delete_membership(membershipIdentifier=membership)
    assert (code(error), error.value.response["reason"]) == ("ConflictException", "SUBRESOURCES_EXIST")
    client.delete_configured_table_association(
        membershipIdentifier=membership, configuredTableAssociationIdentifier=room.tables["sales"]["association"]
    )
    client.delete_membership(membershipIdentifier=membership)
    members = room.client(BRAND).list_members(collaborationIdentifier=room.id)["memberSummaries"]
    assert {each["accountId"]: each["status"] for each in members} == {RETAILER: "LEFT", BRAND: "ACTIVE"}


def test_a_removed_member_sees_nothing_more(accounts: Accounts) -> None:
    room = make_room(accounts)
    room.client(RETAILER).delete_member(collaborationIdentifier=room.id, accountId=BRAND)
    with pytest.raises(ClientError) as error:
        room.client(BRAND).get_collaboration(collaborationIdentifier=room.id)
    assert code(error) == "AccessDeniedException"
    membership = room.client(BRAND).get_membership(membershipIdentifier=room.memberships[BRAND])["membership"]
    assert membership["status"] == "REMOVED"


def test_deleting_the_room_is_told_to_the_memberships(accounts: Accounts) -> None:
    room = make_room(accounts)
    room.client(RETAILER).delete_collaboration(collaborationIdentifier=room.id)
    membership = room.client(BRAND).get_membership(membershipIdentifier=room.memberships[BRAND])["membership"]
    assert membership["status"] == "COLLABORATION_DELETED"
    assert room.client(BRAND).list_collaborations()["collaborationList"] == []


def test_lists_come_in_pages_without_descriptions(accounts: Accounts) -> None:
    names = [f"room {number}" for number in range(5)]
    for name in names:
        create(accounts, name=name, description="long")
    client = accounts.client(RETAILER)
    pages = list(client.get_paginator("list_collaborations").paginate(PaginationConfig={"PageSize": 2}))
    assert [len(page["collaborationList"]) for page in pages] == [2, 2, 1]
    assert [each["name"] for page in pages for each in page["collaborationList"]] == names
    assert all("description" not in each for page in pages for each in page["collaborationList"])
    with pytest.raises(ClientError) as error:
        client.list_members(collaborationIdentifier=UNKNOWN, nextToken="made up")
    assert code(error) in {"AccessDeniedException", "ValidationException"}


@pytest.mark.parametrize(
    "stated",
    [
        {"queryLogStatus": "SOMETIMES"},
        {"creatorMemberAbilities": ["CAN_FLY"]},
        {"name": " "},
        {"name": "x" * 101},
        {"members": [{"accountId": "1", "displayName": "Brand", "memberAbilities": []}]},
    ],
    ids=lambda stated: next(iter(stated)),
)
def test_input_that_does_not_fit_its_shape(stated: dict[str, Any], accounts: Accounts) -> None:
    with pytest.raises(ClientError) as error:
        accounts.client(RETAILER)._make_api_call("CreateCollaboration", _complete(stated))
    assert code(error) == "ValidationException"


def _complete(stated: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "reach",
        "creatorDisplayName": "Retailer",
        "creatorMemberAbilities": [],
        "queryLogStatus": "ENABLED",
        "members": [],
    } | stated
