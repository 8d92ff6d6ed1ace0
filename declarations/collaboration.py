"""The collaboration: who takes part, with which abilities, who pays, and what is logged.

Source: API CreateCollaborationInput, userguide/create-collaboration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field

from declarations.base import (
    CHARACTER_OR_BREAK,
    MADE_BY_THE_SERVICE,
    AccountId,
    Declaration,
    DisplayName,
    Flag,
    LogStatus,
    Problem,
    Tags,
    matching,
)
from declarations.payment import PaymentConfiguration
from declarations.regions import SupportedS3Region

MemberAbility = Literal["CAN_QUERY", "CAN_RECEIVE_RESULTS", "CAN_RUN_JOB", "CAN_EXPORT_QUERY_ANALYSIS_LOG"]
"""What a member may do besides contributing data, which needs no ability. Source: API MemberAbility."""

CustomMLMemberAbility = Literal["CAN_RECEIVE_MODEL_OUTPUT", "CAN_RECEIVE_INFERENCE_OUTPUT"]
"""What a member may do in machine learning. Source: API CustomMLMemberAbility."""

AutoApprovedChangeType = Literal[
    "ADD_MEMBER",
    "GRANT_RECEIVE_RESULTS_ABILITY",
    "REVOKE_RECEIVE_RESULTS_ABILITY",
    "GRANT_EXPORT_QUERY_ANALYSIS_LOG_ABILITY",
    "REVOKE_EXPORT_QUERY_ANALYSIS_LOG_ABILITY",
]
"""What may change without every member's approval. Source: API AutoApprovedChangeType."""

AnalyticsEngine = Literal["SPARK", "CLEAN_ROOMS_SQL"]
"""What runs the queries; CLEAN_ROOMS_SQL is the old engine. Source: API AnalyticsEngine."""

CollaborationDescription = Annotated[str, Field(max_length=255), matching(rf"(?!\s+$){CHARACTER_OR_BREAK}*")]
"""What the collaboration is for; may be empty, not blank. Source: API CollaborationDescription."""


class MLMemberAbilities(Declaration):
    """What a member may do in machine learning. Source: API MLMemberAbilities."""

    custom_ml_member_abilities: Annotated[tuple[CustomMLMemberAbility, ...], Field(alias="customMLMemberAbilities")]
    """The abilities; may be empty."""


class MemberSpecification(Declaration):
    """A member who is invited by the creator. Source: API MemberSpecification."""

    account_id: AccountId
    """The member's AWS account."""
    member_abilities: tuple[MemberAbility, ...]
    """What the member may do; may be empty."""
    ml_member_abilities: MLMemberAbilities | None = None
    """What the member may do in machine learning."""
    display_name: DisplayName
    """The name that the other members see."""
    payment_configuration: PaymentConfiguration | None = None
    """What the member is asked to pay for; when nobody is asked, the member who can query pays."""

    def problems(self) -> Iterator[Problem]:
        """The member who can run jobs cannot be exempted from paying for them."""
        yield from _unpaid_jobs(self.member_abilities, self.payment_configuration, "payment_configuration")


class DataEncryptionMetadata(Declaration):
    """Settings of client-side encryption. Source: API DataEncryptionMetadata."""

    allow_cleartext: Flag
    """Whether encrypted tables may hold columns in clear text."""
    allow_duplicates: Flag
    """Whether fingerprint columns may hold duplicates."""
    allow_joins_on_columns_with_different_names: Flag
    """Whether fingerprint columns of different names may be joined."""
    preserve_nulls: Flag
    """Whether NULL stays NULL."""


class Collaboration(Declaration):
    """A collaboration as its creator declares it. Source: API CreateCollaborationInput."""

    service_only: ClassVar[frozenset[str]] = MADE_BY_THE_SERVICE | {
        "creatorAccountId",
        "memberStatus",
        "membershipId",
        "membershipArn",
    }
    response_names: ClassVar[Mapping[str, str]] = {"autoApprovedChangeTypes": "autoApprovedChangeRequestTypes"}

    name: DisplayName
    """The collaboration's name."""
    description: CollaborationDescription | None = None
    """What the collaboration is for."""
    creator_member_abilities: tuple[MemberAbility, ...]
    """What the creator may do; may be empty."""
    creator_ml_member_abilities: MLMemberAbilities | None = Field(default=None, alias="creatorMLMemberAbilities")
    """What the creator may do in machine learning."""
    creator_display_name: DisplayName
    """The name under which the other members see the creator."""
    creator_payment_configuration: PaymentConfiguration | None = None
    """What the creator is asked to pay for."""
    members: tuple[MemberSpecification, ...]
    """The invited members, without the creator; may be empty."""
    query_log_status: LogStatus
    """Whether members may have their queries logged."""
    job_log_status: LogStatus | None = None
    """Whether members may have their jobs logged; absent means DISABLED."""
    data_encryption_metadata: DataEncryptionMetadata | None = None
    """Settings of client-side encryption (Cryptographic Computing for Clean Rooms); absent: not used."""
    analytics_engine: AnalyticsEngine | None = None
    """What runs the queries; absent means SPARK."""
    auto_approved_change_request_types: tuple[AutoApprovedChangeType, ...] | None = None
    """What may change without every member's approval; absent: nothing."""
    allowed_result_regions: tuple[SupportedS3Region, ...] | None = None
    """Regions to which results may be written; absent: any."""
    is_metrics_enabled: Flag | None = None
    """Whether members may opt in to CloudWatch metrics; absent means no."""
    tags: Tags | None = None
    """Tags of the collaboration."""

    def problems(self) -> Iterator[Problem]:
        """Accounts are unique; the member who can run jobs cannot be exempted from paying for them."""
        accounts = [member.account_id for member in self.members]
        for index, account in enumerate(accounts):
            if account in accounts[:index]:
                yield Problem(("members", index, "account_id"), f"account {account!r} is already a member")
        payment = self.creator_payment_configuration
        yield from _unpaid_jobs(self.creator_member_abilities, payment, "creator_payment_configuration")

    @classmethod
    def from_response(cls, response: Mapping[str, Any], members: Sequence[Mapping[str, Any]] = ()) -> Self:
        """Read a collaboration and its members.

        Args:
            response: The `collaboration` object of a Create*, Get* or Update* response.
            members: The member summaries of ListMembers, which alone hold abilities and payment.

        Raises:
            pydantic.ValidationError: The creator is not among *members*, or a value is not allowed.
        """
        declared = {name: value for name, value in response.items() if name not in cls.service_only}
        invited = []
        for member in members:
            specification = {_SUMMARY_NAMES[name]: value for name, value in member.items() if name in _SUMMARY_NAMES}
            if member["accountId"] == response["creatorAccountId"]:
                declared |= {_CREATOR_NAMES[name]: value for name, value in specification.items()}
            else:
                invited.append(specification)
        declared.pop("accountId", None)
        return super().from_response(declared | {"members": invited})


_SUMMARY_NAMES = {
    "accountId": "accountId",
    "abilities": "memberAbilities",
    "mlAbilities": "mlMemberAbilities",
    "displayName": "displayName",
    "paymentConfiguration": "paymentConfiguration",
}
_CREATOR_NAMES = {
    "accountId": "accountId",
    "memberAbilities": "creatorMemberAbilities",
    "mlMemberAbilities": "creatorMLMemberAbilities",
    "displayName": "creatorDisplayName",
    "paymentConfiguration": "creatorPaymentConfiguration",
}


def _unpaid_jobs(
    abilities: tuple[MemberAbility, ...], payment: PaymentConfiguration | None, member: str
) -> Iterator[Problem]:
    if payment is None or payment.job_compute is None or payment.job_compute.is_responsible:
        return
    if "CAN_RUN_JOB" in abilities:
        message = "jobCompute cannot be FALSE for the member who can run queries and jobs"
        yield Problem((member, "job_compute", "is_responsible"), message)
