"""Export jobs of trained models, for members who may receive model output.

Source: API StartTrainedModelExportJob, ListCollaborationTrainedModelExportJobs.
"""

from __future__ import annotations

from simulator.api.calls import Answer, Call, new_id
from simulator.api.cleanrooms.lookup import active_membership
from simulator.api.cleanroomsml import steps
from simulator.api.cleanroomsml.lookup import check_active, in_collaboration, shared
from simulator.api.cleanroomsml.receivers import check_receiver
from simulator.api.cleanroomsml.steps import stepped
from simulator.api.cleanroomsml.trained_model import version_of
from simulator.api.errors import invalid
from simulator.api.store import Record

KIND = "trained_model_export_job"
"""The kind under which exports are kept; they have no ARN."""

NOT_EMULATED = steps.NOT_EMULATED
"""Limitations, shown in `IMPLEMENTATION_COVERAGE.md`."""

_VERSION = "trainedModelVersionIdentifier"


def start_trained_model_export_job(call: Call) -> Answer:
    """Start an export to members who may receive it, if the privacy configuration of the algorithm allows exports."""
    membership = active_membership(call)
    model = version_of(call, membership.parent, call.asked["trainedModelArn"], call.asked.get(_VERSION))
    check_active(model)
    association = model.body["configuredModelAlgorithmAssociationArn"]
    found = in_collaboration(call, "configured_model_algorithm_association", membership.parent, association)
    if "trainedModelExports" not in found.body.get("privacyConfiguration", {}).get("policies", {}):
        raise invalid(f"the privacy configuration of {association} has no trainedModelExports: it allows no export")
    for receiver in call.asked["outputConfiguration"]["members"]:
        check_receiver(call, membership, receiver["accountId"], "CAN_RECEIVE_MODEL_OUTPUT")
    made = new_id()
    body = {
        "id": made,
        "status": "CREATE_PENDING",
        "trainedModelArn": model.body["trainedModelArn"],
        _VERSION: model.body.get("versionIdentifier"),
        "membershipIdentifier": membership.id,
        "collaborationIdentifier": membership.parent,
        "creatorAccountId": call.account,
        "createTime": call.now,
        "updateTime": call.now,
        **call.chosen("name", "description", "outputConfiguration"),
    }
    shown = {name: value for name, value in body.items() if value is not None}
    call.store.put(Record(KIND, made, call.account, shown, parent=membership.id))
    return {}


def list_collaboration_trained_model_export_jobs(call: Call) -> Answer:
    """List the exports of a model by all members."""
    arn, version = call.asked["trainedModelArn"], call.asked.get(_VERSION)
    found = [
        stepped(call, each).body
        for each in shared(call, KIND)
        if each.body["trainedModelArn"] == arn and version in (None, each.body.get(_VERSION))
    ]
    return {"collaborationTrainedModelExportJobs": found}
