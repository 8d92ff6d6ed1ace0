"""Who may generate audiences with a configured audience model.

Source: userguide/ml-behaviors (cross-account jobs, validating collaborators).
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.api.calls import Call
from simulator.api.cleanrooms.lookup import ACTIVE, member
from simulator.api.cleanroomsml.lookup import own
from simulator.api.cleanroomsml.records import account_arn
from simulator.api.errors import denied
from simulator.api.model_policies import GENERATE, Access, allows, policy_of
from simulator.api.store import Record

_MODEL = "configured_audience_model"


@dataclass(frozen=True, slots=True)
class AllowedAudience:
    """An audience that the caller may have.

    Attributes:
        model: The configured audience model.
        collaboration: Id of the collaboration that the request names, or None.
    """

    model: Record
    collaboration: str | None


def authorize_audience(call: Call) -> AllowedAudience:
    """Return the audience that StartAudienceGenerationJob requests, if the caller may have it.

    Raises:
        ApiError: AccessDeniedException: the model's policy does not allow it, or one of the two accounts is not an
            active member of the named collaboration; ResourceNotFoundException for an own model that does not exist.
    """
    arn, collaboration = call.asked["configuredAudienceModelArn"], call.asked.get("collaborationId")
    model = own(call, _MODEL) if arn.split(":")[4] == call.account else _allowed(call, arn, collaboration)
    if collaboration is not None:
        for account in (call.account, model.account):
            found = member(call, collaboration, account)
            if found is None or found.body["status"] != ACTIVE:
                raise denied(f"account {account} is not an active member of collaboration {collaboration}")
    return AllowedAudience(model, collaboration)


def _allowed(call: Call, arn: str, collaboration: str | None) -> Record:
    """Return another account's model; the same error is raised whether it does not exist or is not allowed."""
    model, policy = call.store.get(_MODEL, arn), policy_of(call, arn)
    jobs = account_arn(call, "audience_generation_job", "*", arn.split(":")[4])
    text = policy.body["configuredAudienceModelPolicy"] if policy else None
    wanted = [Access(call.account, GENERATE, resource, collaboration) for resource in (arn, jobs)]
    if model is None or text is None or not all(allows(text, access) for access in wanted):
        raise denied(f"the policy of {arn} does not allow account {call.account} {GENERATE}{_where(collaboration)}")
    return model


def _where(collaboration: str | None) -> str:
    return f" in collaboration {collaboration}" if collaboration else "; state the collaborationId if it asks for one"
