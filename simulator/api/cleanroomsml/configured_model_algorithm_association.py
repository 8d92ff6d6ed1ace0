"""Configured model algorithms in a collaboration, with the privacy configuration of their outputs.

Source: API CreateConfiguredModelAlgorithmAssociation and its kin, PrivacyConfiguration.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.lookup import active_membership, member, own_membership
from simulator.api.cleanrooms.records import check_quota
from simulator.api.cleanroomsml.lookup import own, own_in_membership, shared, shared_one
from simulator.api.cleanroomsml.records import check_name, membership_record
from simulator.api.cleanroomsml.steps import GONE
from simulator.api.errors import conflict, invalid_field
from simulator.api.store import Record
from simulator.api.tagging import show_with_tags

KIND = "configured_model_algorithm_association"
"""The kind under which associations are kept."""

_USERS = ("ml_input_channel", "trained_model")


def create_configured_model_algorithm_association(call: Call) -> Answer:
    """Associate an algorithm with a collaboration."""
    membership = active_membership(call)
    own(call, "configured_model_algorithm", call.asked["configuredModelAlgorithmArn"])
    _check_log_readers(call, membership)
    check_name(call, KIND, membership.id)
    check_quota("configured_model_algorithm_associations", len(call.store.of(KIND, parent=membership.id)) + 1)
    body = call.chosen("name", "description", "configuredModelAlgorithmArn", "privacyConfiguration")
    return call.store.put(membership_record(call, KIND, membership, body)).body


def get_configured_model_algorithm_association(call: Call) -> Answer:
    """Show an association to its owner."""
    return show_with_tags(own_in_membership(call, KIND))


def list_configured_model_algorithm_associations(call: Call) -> Answer:
    """List the associations of a membership."""
    own_ones = call.store.of(KIND, parent=own_membership(call).id)
    return {"configuredModelAlgorithmAssociations": [each.body for each in own_ones]}


def delete_configured_model_algorithm_association(call: Call) -> Answer:
    """Remove the algorithm from the collaboration, once nothing depends on the association."""
    gone = own_in_membership(call, KIND)
    for kind in _USERS:
        for user in call.store.of(kind):
            if gone.id in _associations(user) and user.body["status"] not in GONE:
                message = f"{kind.replace('_', ' ')} {user.id} depends on {gone.arn}"
                raise conflict(message, "SUBRESOURCES_EXIST")
    call.store.remove(gone)
    return {}


def get_collaboration_configured_model_algorithm_association(call: Call) -> Answer:
    """Show an association to any member."""
    return shared_one(call, KIND).body


def list_collaboration_configured_model_algorithm_associations(call: Call) -> Answer:
    """List the associations of all members."""
    return {"collaborationConfiguredModelAlgorithmAssociations": [each.body for each in shared(call, KIND)]}


def _associations(user: Record) -> list[str]:
    one = user.body.get("configuredModelAlgorithmAssociationArn")
    return [one] if one else list(user.body.get("configuredModelAlgorithmAssociations", ()))


def _check_log_readers(call: Call, membership: Record) -> None:
    for path, account in _log_readers(call.asked.get("privacyConfiguration", {})):
        if member(call, membership.parent, account) is None:
            message = f"Member must name members of collaboration {membership.parent}; found {account}"
            raise invalid_field(path, message)


def _log_readers(stated: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for kind, policy in stated.get("policies", {}).items():
        for index, logs in enumerate(policy.get("containerLogs", ())):
            for account in logs["allowedAccountIds"]:
                yield f"privacyConfiguration.policies.{kind}.containerLogs.{index}.allowedAccountIds", account
