"""Configured audience models: the sizes of a model's audiences, who sees their metrics, and their destination.

Source: API CreateConfiguredAudienceModel and its kin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator.api.calls import Answer, Call
from simulator.api.cleanroomsml.lookup import ACTIVE, check_active, own
from simulator.api.cleanroomsml.records import account_record, check_name, check_role
from simulator.api.errors import conflict, invalid_field
from simulator.api.model_policies import POLICY
from simulator.api.store import Record
from simulator.api.tagging import show_with_tags

KIND = "configured_audience_model"
"""The kind under which configured models are kept; the parent is the audience model."""

DEFAULT_SEED_SIZE = 500
"""Default minimum of seed users that must match. Source: API CreateConfiguredAudienceModelRequest."""

_WHOLE = 100
_MEMBERS = (
    "audienceModelArn",
    "outputConfig",
    "description",
    "sharedAudienceMetrics",
    "minMatchingSeedSize",
    "audienceSizeConfig",
)


def create_configured_audience_model(call: Call) -> Answer:
    """Configure a trained model."""
    model = _checked(call)
    check_name(call, KIND)
    body = {
        "status": ACTIVE,
        "minMatchingSeedSize": DEFAULT_SEED_SIZE,
        "childResourceTagOnCreatePolicy": "NONE",
        **call.chosen("name", "childResourceTagOnCreatePolicy", *_MEMBERS),
    }
    made = account_record(call, KIND, body)
    return call.store.put(replace(made, parent=model)).body


def get_configured_audience_model(call: Call) -> Answer:
    """Show a configured model to its owner; collaborators see only its association."""
    return show_with_tags(own(call, KIND))


def list_configured_audience_models(call: Call) -> Answer:
    """List the caller's configured models."""
    return {"configuredAudienceModels": [each.body for each in call.store.of(KIND, account=call.account)]}


def update_configured_audience_model(call: Call) -> Answer:
    """Change the configuration; jobs that were started before are not affected."""
    before = own(call, KIND)
    model = _checked(call) or before.parent
    after = before.showing(**call.chosen(*_MEMBERS), updateTime=call.now)
    return call.store.put(replace(after, parent=model)).body


def delete_configured_audience_model(call: Call) -> Answer:
    """Delete a configured model without jobs, together with its associations."""
    gone = own(call, KIND)
    for job in call.store.of("audience_generation_job", parent=gone.id):
        if job.account == call.account:
            message = f"audience generation job {job.arn} uses configured audience model {gone.arn}"
            raise conflict(message, "SUBRESOURCES_EXIST")
    for association in call.store.of("configured_audience_model_association", account=call.account):
        if association.body["configuredAudienceModelArn"] == gone.id:
            call.store.remove(association)
    for policy in call.store.of(POLICY, parent=gone.id):
        call.store.remove(policy)
    call.store.remove(gone)
    return {}


def _checked(call: Call) -> str:
    """Check the call; return the id of the audience model that it names, "" if it names none."""
    if "outputConfig" in call.asked:
        check_role(call, call.asked["outputConfig"]["roleArn"])
    _check_sizes(call.asked.get("audienceSizeConfig"))
    if "audienceModelArn" not in call.asked:
        return ""
    model: Record = own(call, "audience_model", call.asked["audienceModelArn"])
    check_active(model)
    return model.id


def _check_sizes(stated: Mapping[str, Any] | None) -> None:
    if stated is None or stated["audienceSizeType"] != "PERCENTAGE":
        return
    for size in stated["audienceSizeBins"]:
        if size > _WHOLE:
            raise invalid_field("audienceSizeConfig.audienceSizeBins", f"Member must be 1 to 100 percent; found {size}")
