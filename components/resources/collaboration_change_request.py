"""The change request: a change of a collaboration that its members must agree to.

Source: API CreateCollaborationChangeRequest, UpdateCollaborationChangeRequest; userguide/change-requests.
"""

from __future__ import annotations

from components.resources.resource_type import MAKES_NO_DIFFERENCE, Operation, ResourceType

COLLABORATION_CHANGE_REQUEST = ResourceType(
    name="CollaborationChangeRequest",
    service="cleanrooms",
    summary="A request to change a collaboration: its members, their abilities, its payers, or what needs no approval. "
    "Only the creator makes it, all members must approve it, and then the action COMMIT makes the changes. A change of "
    "a Collaboration's own members makes such requests by itself.",
    create=Operation("CreateCollaborationChangeRequest", answer="collaborationChangeRequest"),
    read=Operation("GetCollaborationChangeRequest", answer="collaborationChangeRequest"),
    updates=(Operation("UpdateCollaborationChangeRequest", answer="collaborationChangeRequest"),),
    # What was committed or denied stays on record.
    delete=Operation(
        "UpdateCollaborationChangeRequest",
        answer="collaborationChangeRequest",
        always={"action": "CANCEL"},
        while_in=frozenset({"PENDING", "APPROVED"}),
    ),
    identity=("collaborationIdentifier", "changeRequestIdentifier"),
    replaces=frozenset({"changes", "collaborationIdentifier"}),
    answers={"collaborationId": "collaborationIdentifier", "id": "changeRequestIdentifier"},
    arn=None,
    defaults={"action": MAKES_NO_DIFFERENCE},
    unordered={
        "changes[*].specification.collaboration.autoApprovedChangeTypes": "",
        "changes[*].specification.member.memberAbilities": "",
        "changes[*].specification.member.mlMemberAbilities.customMLMemberAbilities": "",
    },
    write_only=frozenset({"action"}),
    after_create=frozenset({"action"}),
    refreshed=frozenset({"approvals", "status", "updateTime"}),
)
