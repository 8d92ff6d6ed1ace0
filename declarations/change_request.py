"""The change request: how a collaboration's members, abilities and payers change after creation.

Source: API CreateCollaborationChangeRequestInput, userguide/change-requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from declarations.base import AccountId, Choice, Declaration, DisplayName, Problem, sized
from declarations.collaboration import AutoApprovedChangeType, MemberAbility, MLMemberAbilities
from declarations.payment import PaymentConfiguration

NOT_GRANTED = ("CAN_QUERY", "CAN_RUN_JOB")
"""Abilities that no change request grants or takes away."""


class MemberChange(Declaration):
    """A member to add, or the abilities that replace a member's. Source: API MemberChangeSpecification."""

    account_id: AccountId
    """The member's AWS account."""
    member_abilities: tuple[MemberAbility, ...]
    """All abilities that the member shall have; CAN_QUERY and CAN_RUN_JOB cannot be granted."""
    ml_member_abilities: MLMemberAbilities | None = None
    """All abilities in machine learning that the member shall have."""
    payment_configuration: PaymentConfiguration | None = None
    """What the member is asked to pay for."""
    display_name: DisplayName | None = None
    """The name that the other members see; required for a new member."""

    def problems(self) -> Iterator[Problem]:
        """No change request grants CAN_QUERY or CAN_RUN_JOB."""
        for index, ability in enumerate(self.member_abilities):
            if ability in NOT_GRANTED:
                yield Problem(("member_abilities", index), f"{ability} cannot be granted by a change request")


class CollaborationChange(Declaration):
    """A change of the collaboration itself. Source: API CollaborationChangeSpecification."""

    auto_approved_change_types: tuple[AutoApprovedChangeType, ...] | None = None
    """All types of changes that shall need no approval."""


class ChangeSpecification(Choice):
    """What shall change. Source: API ChangeSpecification."""

    member: MemberChange | None = None
    """A member."""
    collaboration: CollaborationChange | None = None
    """The collaboration."""


class Change(Declaration):
    """One change. Source: API ChangeInput."""

    service_only: ClassVar[frozenset[str]] = frozenset({"types"})

    specification_type: Literal["MEMBER", "COLLABORATION"]
    """What kind of change it is."""
    specification: ChangeSpecification
    """What shall change."""

    def problems(self) -> Iterator[Problem]:
        """The specification matches the stated type."""
        if self.specification.kind.upper() != self.specification_type:
            message = f"specificationType {self.specification_type} needs a specification of that type"
            yield Problem(("specification",), f"{message}; found {self.specification.kind}")


class CollaborationChangeRequest(Declaration):
    """Changes that every member must approve. Source: API CreateCollaborationChangeRequestInput."""

    service_only: ClassVar[frozenset[str]] = frozenset(
        {"id", "collaborationId", "createTime", "updateTime", "status", "isAutoApproved", "approvals"}
    )
    identifiers: ClassVar[tuple[str, ...]] = ("collaboration_identifier",)

    changes: Annotated[tuple[Change, ...], sized(1, 10)]
    """The changes, 1 to 10."""

    @classmethod
    def from_response(cls, response: Mapping[str, Any]) -> Self:
        """Read a change request, without the types that the service derives for each change."""
        changes = [Change.from_response(change) for change in response["changes"]]
        return super().from_response({**response, "changes": changes})
