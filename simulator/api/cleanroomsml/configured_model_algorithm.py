"""Configured model algorithms: the container images for training and inference of a custom model.

Source: API CreateConfiguredModelAlgorithm and its kin.
"""

from __future__ import annotations

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.records import check_quota
from simulator.api.cleanroomsml.lookup import own
from simulator.api.cleanroomsml.records import account_record, check_name, check_role
from simulator.api.errors import conflict
from simulator.api.tagging import show_with_tags

KIND = "configured_model_algorithm"
"""The kind under which algorithms are kept."""

NOT_EMULATED = "images are not looked up in ECR"
"""Limitations, shown in `IMPLEMENTATION_COVERAGE.md`."""


def create_configured_model_algorithm(call: Call) -> Answer:
    """Create an algorithm from its container images."""
    check_role(call, call.asked["roleArn"])
    check_name(call, KIND)
    check_quota("configured_model_algorithms", len(call.store.of(KIND, account=call.account)) + 1)
    names = ("name", "description", "roleArn", "trainingContainerConfig", "inferenceContainerConfig", "kmsKeyArn")
    return call.store.put(account_record(call, KIND, call.chosen(*names))).body


def get_configured_model_algorithm(call: Call) -> Answer:
    """Show an algorithm to its owner."""
    return show_with_tags(own(call, KIND))


def list_configured_model_algorithms(call: Call) -> Answer:
    """List the caller's algorithms."""
    return {"configuredModelAlgorithms": [each.body for each in call.store.of(KIND, account=call.account)]}


def delete_configured_model_algorithm(call: Call) -> Answer:
    """Delete an algorithm that is associated with no collaboration."""
    gone = own(call, KIND)
    for association in call.store.of("configured_model_algorithm_association", account=call.account):
        if association.body["configuredModelAlgorithmArn"] == gone.id:
            message = f"configured model algorithm association {association.arn} depends on {gone.arn}"
            raise conflict(message, "SUBRESOURCES_EXIST")
    call.store.remove(gone)
    return {}
