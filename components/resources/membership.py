"""The membership: how a member joins a collaboration.

Source: API CreateMembership, UpdateMembership, DeleteMembership.
"""

from __future__ import annotations

from components.resources.resource_type import Operation, ResourceType

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
    },
    filled_in=frozenset({"paymentConfiguration"}),
    unordered={"memberAbilities": "", "mlMemberAbilities.customMLMemberAbilities": ""},
    one_at_a_time=True,
    guarded="it takes the member's tables, rules, templates and budgets out of the collaboration that others use",
)
