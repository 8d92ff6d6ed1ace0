"""Inference jobs: a trained model used on an input channel, for a member who may receive the output.

Source: API StartTrainedModelInferenceJob and its kin.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.lookup import active_membership, own_membership
from simulator.api.cleanrooms.records import check_quota
from simulator.api.cleanroomsml import steps
from simulator.api.cleanroomsml.lookup import check_active, in_collaboration, own_in_membership, shared
from simulator.api.cleanroomsml.ml_input_channel import current
from simulator.api.cleanroomsml.payers import payer_of
from simulator.api.cleanroomsml.receivers import check_receiver
from simulator.api.cleanroomsml.records import check_name, membership_record
from simulator.api.cleanroomsml.steps import stepped
from simulator.api.cleanroomsml.trained_model import version_of
from simulator.api.store import Record
from simulator.api.tagging import show_with_tags

KIND = "trained_model_inference_job"
"""The kind under which jobs are kept."""

NOT_EMULATED = steps.NOT_EMULATED
"""Limitations, shown in `IMPLEMENTATION_COVERAGE.md`."""

_ASSOCIATION = "configuredModelAlgorithmAssociationArn"
_VERSION = "trainedModelVersionIdentifier"


def start_trained_model_inference_job(call: Call) -> Answer:
    """Start inference with a trained model on an active input channel."""
    membership = active_membership(call)
    model = version_of(call, membership.parent, call.asked["trainedModelArn"], call.asked.get(_VERSION))
    check_active(model)
    association = call.asked.get(_ASSOCIATION, model.body[_ASSOCIATION])
    in_collaboration(call, "configured_model_algorithm_association", membership.parent, association)
    source = call.asked["dataSource"]["mlInputChannelArn"]
    check_active(current(call, in_collaboration(call, "ml_input_channel", membership.parent, source)))
    for receiver in call.asked["outputConfiguration"]["members"]:
        check_receiver(call, membership, receiver["accountId"], "CAN_RECEIVE_INFERENCE_OUTPUT")
    check_name(call, KIND, membership.id)
    running = [each for each in call.store.of(KIND, parent=membership.id) if each.body["status"] in steps.RUNNING]
    check_quota("pending_trained_model_inference_jobs", len(running) + 1)
    payer = payer_of(call, membership, call.asked.get("mlModelInferencePayerAccountId"), "modelInference")
    names = ("name", "description", "trainedModelArn", "resourceConfig", "outputConfiguration", "dataSource")
    more = ("containerExecutionParameters", "environment", "kmsKeyArn")
    body = {
        "status": "CREATE_PENDING",
        _ASSOCIATION: association,
        "mlModelInferencePayerAccountId": payer,
        **call.chosen(*names, *more, _VERSION),
    }
    return call.store.put(membership_record(call, KIND, membership, body)).body


def get_trained_model_inference_job(call: Call) -> Answer:
    """Show a job to its owner."""
    return show_with_tags(stepped(call, own_in_membership(call, KIND)))


def list_trained_model_inference_jobs(call: Call) -> Answer:
    """List the jobs of a membership."""
    own = _wanted(call, call.store.of(KIND, parent=own_membership(call).id))
    return {"trainedModelInferenceJobs": [stepped(call, each).body for each in own]}


def cancel_trained_model_inference_job(call: Call) -> Answer:
    """Cancel an unfinished job."""
    steps.cancel(call, own_in_membership(call, KIND))
    return {}


def list_collaboration_trained_model_inference_jobs(call: Call) -> Answer:
    """List the jobs of all members."""
    found = _wanted(call, shared(call, KIND))
    return {"collaborationTrainedModelInferenceJobs": [stepped(call, each).body for each in found]}


def _wanted(call: Call, jobs: Iterable[Record]) -> list[Record]:
    filters = {name: call.asked[name] for name in ("trainedModelArn", _VERSION) if name in call.asked}
    return [each for each in jobs if all(each.body.get(name) == value for name, value in filters.items())]
