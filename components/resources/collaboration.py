"""The collaboration: created by one member, who invites the others.

Source: API CreateCollaboration, UpdateCollaboration, ListMembers, CreateCollaborationChangeRequest, DeleteMember.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.resources.collaboration_changes import CHANGED_BY_REQUEST, changes, leaving, without_member
from components.resources.payments import NOT_RESPONSIBLE
from components.resources.resource_type import ChangeRequest, Client, Operation, Properties, ResourceType

_TAKES_PART = ("INVITED", "ACTIVE")


def read_members(client: Client, found: Properties) -> Mapping[str, Any]:
    """Read who takes part, which only ListMembers shows.

    Args:
        client: A client of the service `cleanrooms`.
        found: The collaboration's properties without its members.

    Returns:
        The properties about the creator and the invited members, without members who left or were removed.
    """
    pages = client.get_paginator("list_members").paginate(collaborationIdentifier=found["collaborationIdentifier"])
    summaries = [member for page in pages for member in page["memberSummaries"] if member["status"] in _TAKES_PART]
    properties: dict[str, Any] = {"members": []}
    for member in summaries:
        if member["accountId"] == found["creatorAccountId"]:
            properties |= _present(
                creatorMemberAbilities=member["abilities"],
                creatorMLMemberAbilities=member.get("mlAbilities"),
                creatorPaymentConfiguration=member.get("paymentConfiguration"),
            )
            continue
        specification = _present(
            accountId=member["accountId"],
            memberAbilities=member["abilities"],
            mlMemberAbilities=member.get("mlAbilities"),
            displayName=member["displayName"],
            paymentConfiguration=member.get("paymentConfiguration"),
        )
        properties["members"].append(specification)
    return properties


def find_double(client: Client, wanted: Properties) -> str | None:
    """Return the identifier of a live collaboration of the same name by the same creator; None when there is none.

    Args:
        client: A client of the service `cleanrooms`.
        wanted: The inputs of the collaboration to be made.
    """
    pages = client.get_paginator("list_collaborations").paginate()
    for found in (each for page in pages for each in page["collaborationList"]):
        same = found["name"] == wanted["name"] and found["creatorDisplayName"] == wanted["creatorDisplayName"]
        if same and found["memberStatus"] in _TAKES_PART:
            return str(found["id"])
    return None


def has_ended(client: Client, before: Properties) -> bool:
    """Return whether the account's own membership shows that a collaboration was deleted (and can no longer be read).

    Args:
        client: A client of the service `cleanrooms`.
        before: The properties of the collaboration as they were.
    """
    pages = client.get_paginator("list_memberships").paginate(status="COLLABORATION_DELETED")
    ended = (each["collaborationId"] for page in pages for each in page["membershipSummaries"])
    return before["collaborationIdentifier"] in ended


def _present(**members: object) -> dict[str, object]:
    return {name: value for name, value in members.items() if value is not None}


COLLABORATION = ResourceType(
    name="Collaboration",
    service="cleanrooms",
    summary="A collaboration: who takes part, with which abilities, who pays, and what is logged. "
    "Its creator declares it; every member, the creator included, joins by a Membership.",
    create=Operation("CreateCollaboration", answer="collaboration"),
    read=Operation("GetCollaboration", answer="collaboration"),
    updates=(Operation("UpdateCollaboration", answer="collaboration"),),
    delete=Operation("DeleteCollaboration"),
    identity=("collaborationIdentifier",),
    replaces=frozenset(
        {
            "allowedResultRegions",
            "creatorDisplayName",
            "dataEncryptionMetadata",
            "isMetricsEnabled",
            "jobLogStatus",
            "members[*].displayName",
            "queryLogStatus",
        }
    ),
    answers={"id": "collaborationIdentifier", "autoApprovedChangeTypes": "autoApprovedChangeRequestTypes"},
    read_also=read_members,
    defaults={
        "analyticsEngine": "SPARK",
        "autoApprovedChangeRequestTypes": (),
        "description": "",
        "isMetricsEnabled": False,
        "jobLogStatus": "DISABLED",
        **{f"creatorPaymentConfiguration.{part}": value for part, value in NOT_RESPONSIBLE.items()},
        **{f"members[*].paymentConfiguration.{part}": value for part, value in NOT_RESPONSIBLE.items()},
    },
    filled_in=frozenset({"creatorPaymentConfiguration", "members[*].paymentConfiguration"}),
    unordered={
        "allowedResultRegions": "",
        "autoApprovedChangeRequestTypes": "",
        "creatorMLMemberAbilities.customMLMemberAbilities": "",
        "creatorMemberAbilities": "",
        "members": "accountId",
        "members[*].memberAbilities": "",
        "members[*].mlMemberAbilities.customMLMemberAbilities": "",
    },
    not_offered={
        "memberStatus": "it is the state of the creator's Membership",
        "membershipArn": "the creator's Membership has it",
        "membershipId": "the creator's Membership has it",
    },
    guarded="it ends the memberships of all partners; tables, rules, templates and budgets in it are lost for them",
    find_double=find_double,
    has_ended=has_ended,
    change_request=ChangeRequest(
        paths=CHANGED_BY_REQUEST,
        operation=Operation("CreateCollaborationChangeRequest", answer="collaborationChangeRequest"),
        changes=changes,
        leaving=leaving,
        leave=Operation("DeleteMember"),
        without=without_member,
        most=10,
    ),
)
