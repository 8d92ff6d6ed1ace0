"""Trained models: custom models, trained by an associated algorithm on input channels, in versions.

Incremental training creates a new version under the same ARN; the first version has no version identifier.

Source: API CreateTrainedModel and its kin.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.api.calls import Answer, Call, new_id
from simulator.api.cleanrooms.lookup import active_membership, brought, joined_collaboration, own_membership
from simulator.api.cleanrooms.records import check_quota
from simulator.api.cleanroomsml import steps
from simulator.api.cleanroomsml.lookup import check_active, in_collaboration
from simulator.api.cleanroomsml.ml_input_channel import current
from simulator.api.cleanroomsml.payers import payer_of
from simulator.api.cleanroomsml.records import check_name, membership_record
from simulator.api.cleanroomsml.steps import stepped
from simulator.api.errors import invalid, invalid_field, not_found
from simulator.api.store import Record
from simulator.api.tagging import show_with_tags

KIND = "trained_model"
"""The kind under which versions are kept: the id is the ARN, followed by the version identifier if there is one."""

NOT_EMULATED = steps.NOT_EMULATED
"""Limitations, shown in `IMPLEMENTATION_COVERAGE.md`."""

_MOST_CHANNELS = 20
_ASSOCIATION = "configuredModelAlgorithmAssociationArn"


def create_trained_model(call: Call) -> Answer:
    """Train a new model, or a new version of an existing one."""
    membership = active_membership(call)
    association = call.asked[_ASSOCIATION]
    in_collaboration(call, "configured_model_algorithm_association", membership.parent, association)
    _check_channels(call, membership)
    check_quota("pending_trained_models", _running(call, membership) + 1)
    payer = payer_of(call, membership, call.asked.get("mlModelTrainingPayerAccountId"), "modelTraining")
    names = ("name", "description", _ASSOCIATION, "resourceConfig", "stoppingCondition", "trainingInputMode")
    body = {
        "status": "CREATE_PENDING",
        "mlModelTrainingPayerAccountId": payer,
        **call.chosen(*names, "hyperparameters", "environment", "kmsKeyArn", "dataChannels"),
    }
    if "incrementalTrainingDataChannels" in call.asked:
        return call.store.put(_further(call, membership, body)).body
    check_name(call, KIND, membership.id)
    made = membership_record(call, KIND, membership, body)
    return call.store.put(made.showing(id=made.id)).body


def get_trained_model(call: Call) -> Answer:
    """Show a version to its owner; by default the latest one."""
    return show_with_tags(stepped(call, _own(call)))


def list_trained_models(call: Call) -> Answer:
    """List the latest versions of the models of a membership."""
    latest = _latest(call.store.of(KIND, parent=own_membership(call).id))
    return {"trainedModels": [stepped(call, each).body for each in latest]}


def list_trained_model_versions(call: Call) -> Answer:
    """List all versions of a model."""
    wanted = call.asked.get("status")
    found = [stepped(call, each).body for each in _versions(call, own_membership(call).id)]
    return {"trainedModels": [each for each in found if wanted in (None, each["status"])]}


def cancel_trained_model(call: Call) -> Answer:
    """Cancel a version that is not ready; by default the first one."""
    steps.cancel(call, _own(call, latest=False))
    return {}


def delete_trained_model_output(call: Call) -> Answer:
    """Delete the output of a version, by default the first one; the version itself stays, as inactive."""
    steps.delete_data(call, _own(call, latest=False))
    return {}


def get_collaboration_trained_model(call: Call) -> Answer:
    """Show a version to any member; by default the latest one."""
    collaboration = joined_collaboration(call)
    return stepped(call, version_of(call, collaboration.id, call.asked["trainedModelArn"], _stated(call))).body


def list_collaboration_trained_models(call: Call) -> Answer:
    """List the latest versions of the models of all members."""
    latest = _latest(brought(call, joined_collaboration(call).id, KIND))
    return {"collaborationTrainedModels": [stepped(call, each).body for each in latest]}


def version_of(call: Call, collaboration_id: str, arn: str, version: str | None) -> Record:
    """Return a version of a model of a collaboration.

    Args:
        call: The call.
        collaboration_id: The collaboration.
        arn: ARN of the model.
        version: The version identifier; None for the latest version.

    Raises:
        ApiError: ResourceNotFoundException.
    """
    versions = [each for each in brought(call, collaboration_id, KIND) if each.body["trainedModelArn"] == arn]
    return _chosen(versions, arn, version)


def _own(call: Call, *, latest: bool = True) -> Record:
    versions = _versions(call, own_membership(call).id)
    if _stated(call) is None and not latest:
        return versions[0]
    return _chosen(versions, call.asked["trainedModelArn"], _stated(call))


def _versions(call: Call, membership_id: str) -> list[Record]:
    arn = call.asked["trainedModelArn"]
    found = [each for each in call.store.of(KIND, parent=membership_id) if each.body["trainedModelArn"] == arn]
    if not found:
        raise not_found(f"trained model {arn} does not exist in membership {membership_id}", arn, "MEMBERSHIP")
    return found


def _chosen(versions: list[Record], arn: str, version: str | None) -> Record:
    for found in reversed(versions):
        if version in (None, found.body.get("versionIdentifier")):
            return found
    wanted = f"version {version} of " if version else ""
    raise not_found(f"{wanted}trained model {arn} does not exist", arn, "MEMBERSHIP")


def _stated(call: Call) -> str | None:
    stated: str | None = call.asked.get("versionIdentifier")
    return stated


def _latest(versions: list[Record]) -> list[Record]:
    return list({each.body["trainedModelArn"]: each for each in versions}.values())


def _check_channels(call: Call, membership: Record) -> None:
    channels, further = call.asked["dataChannels"], call.asked.get("incrementalTrainingDataChannels", [])
    if len(channels) + len(further) > _MOST_CHANNELS:
        raise invalid(f"a trained model has at most {_MOST_CHANNELS} channels; found {len(channels) + len(further)}")
    names = [each["channelName"] for each in (*channels, *further)]
    if len(set(names)) < len(names):
        raise invalid_field("dataChannels", f"Member must have channel names that differ; found {', '.join(names)}")
    for stated in channels:
        found = in_collaboration(call, "ml_input_channel", membership.parent, stated["mlInputChannelArn"])
        channel = current(call, found)
        check_active(channel)
        if call.asked[_ASSOCIATION] not in channel.body["configuredModelAlgorithmAssociations"]:
            raise invalid(f"ML input channel {channel.id} is not for {call.asked[_ASSOCIATION]}")


def _running(call: Call, membership: Record) -> int:
    return sum(each.body["status"] in steps.RUNNING for each in call.store.of(KIND, parent=membership.id))


def _further(call: Call, membership: Record, body: dict[str, Any]) -> Record:
    """Return a new version of the model, for incremental training."""
    (stated,) = call.asked["incrementalTrainingDataChannels"]
    arn, version = stated["trainedModelArn"], stated.get("versionIdentifier")
    base = version_of(call, membership.parent, arn, version)
    check_active(base)
    if base.body[_ASSOCIATION] != body[_ASSOCIATION]:
        raise invalid(f"trained model {arn} was made with {base.body[_ASSOCIATION]}, not with {body[_ASSOCIATION]}")
    made = new_id()
    channel = {"channelName": stated["channelName"], "versionIdentifier": version, "modelName": base.body["name"]}
    shown_channel = {name: value for name, value in channel.items() if value is not None}
    record = membership_record(call, KIND, membership, body)
    # Without an ARN of its own: tags belong to the ARN of the first version.
    version_body = record.showing(
        arn=None,
        id=f"{arn}/{made}",
        trainedModelArn=arn,
        versionIdentifier=made,
        incrementalTrainingDataChannels=[shown_channel],
    )
    return replace(version_body, id=f"{arn}/{made}", tags=record.tags)
