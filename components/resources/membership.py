"""The membership: how a member joins a collaboration.

Source: API CreateMembership, UpdateMembership, DeleteMembership.
"""

from __future__ import annotations

from components.resources.payments import NOT_RESPONSIBLE
from components.resources.resource_type import Client, Operation, Properties, ResourceType


def find_double(client: Client, wanted: Properties) -> str | None:
    """Return the identifier of the account's active membership in the same collaboration; None when there is none.

    Args:
        client: A client of the service `cleanrooms`.
        wanted: The inputs of the membership to be created.
    """
    pages = client.get_paginator("list_memberships").paginate(status="ACTIVE")
    for found in (each for page in pages for each in page["membershipSummaries"]):
        if found["collaborationId"] == wanted["collaborationIdentifier"]:
            return str(found["id"])
    return None


MEMBERSHIP = ResourceType(
    name="Membership",
    service="cleanrooms",
    summary="A member's own part of a collaboration: its logs, where its results go, and what it agrees to pay. "
    "Everything that the member brings into the collaboration belongs to it.",
    create=Operation("CreateMembership", answer="membership"),
    read=Operation("GetMembership", answer="membership"),
    updates=(
        Operation(
            "UpdateMembership",
            answer="membership",
            sends={"paymentConfiguration": "membershipPaymentConfiguration"},
        ),
    ),
    delete=Operation("DeleteMembership"),
    identity=("membershipIdentifier",),
    replaces=frozenset({"collaborationIdentifier", "isMetricsEnabled"}),
    answers={"id": "membershipIdentifier", "collaborationId": "collaborationIdentifier"},
    defaults={
        "defaultResultConfiguration.outputConfiguration.s3.singleFileOutput": False,
        "isMetricsEnabled": False,
        "jobLogStatus": "DISABLED",
        **{f"paymentConfiguration.{part}": value for part, value in NOT_RESPONSIBLE.items()},
    },
    filled_in=frozenset({"paymentConfiguration"}),
    unordered={"memberAbilities": "", "mlMemberAbilities.customMLMemberAbilities": ""},
    one_at_a_time=True,
    guarded="it takes the member's tables, rules, templates and budgets out of the collaboration that others use",
    find_double=find_double,
    ended={
        "COLLABORATION_DELETED": "its collaboration was deleted",
        "REMOVED": "its account was removed from the collaboration",
    },
)
