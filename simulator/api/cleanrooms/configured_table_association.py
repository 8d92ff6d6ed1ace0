"""Associations: a configured table in a collaboration, under its name in SQL.

Source: API CreateConfiguredTableAssociation and its kin; userguide/associate-configured-table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.analysis_rules import delete_rule, rule_types
from simulator.api.cleanrooms.configured_table import own_table
from simulator.api.cleanrooms.dependants import base_table_removed, child_resources
from simulator.api.cleanrooms.lookup import active_membership, child, own_membership
from simulator.api.cleanrooms.records import check_quota, check_table_name, checked, membership_record, update_record
from simulator.api.store import Record

KIND = "configured_table_association"
"""The kind under which associations are kept."""


def create_configured_table_association(call: Call) -> Answer:
    """Associate a configured table of the caller with a collaboration."""
    checked("create_configured_table_association", call.asked)
    membership = active_membership(call)
    table = own_table(call)
    check_table_name(call, membership, call.asked["name"])
    check_quota("configured_table_associations", len(call.store.of(KIND, parent=membership.id)) + 1)
    body = {
        "configuredTableId": table.id,
        "configuredTableArn": table.arn,
        **call.chosen("name", "description", "roleArn"),
    }
    return {"configuredTableAssociation": _seen(call, call.store.put(membership_record(call, KIND, membership, body)))}


def get_configured_table_association(call: Call) -> Answer:
    """Show an association to its owner."""
    return {"configuredTableAssociation": _seen(call, own_association(call))}


def list_configured_table_associations(call: Call) -> Answer:
    """List the associations of a membership."""
    own = call.store.of(KIND, parent=own_membership(call).id)
    return {"configuredTableAssociationSummaries": [_seen(call, each) for each in own]}


def update_configured_table_association(call: Call) -> Answer:
    """Change the description or the role; name and table stay."""
    return {
        "configuredTableAssociation": _seen(call, update_record(call, own_association(call), "description", "roleArn"))
    }


def delete_configured_table_association(call: Call) -> Answer:
    """Remove a table from the collaboration; intermediate tables made from it can no longer be queried."""
    gone = own_association(call)
    delete_rule(call, gone)
    base_table_removed(call, gone)
    call.store.remove(gone)
    return {}


def own_association(call: Call) -> Record:
    """Return the caller's association that the call names."""
    return child(call, KIND, "configuredTableAssociationIdentifier")


def _seen(call: Call, association: Record) -> Mapping[str, Any]:
    types = rule_types(call, association)
    return {**association.body, "analysisRuleTypes": types, "childResources": child_resources(call, association)}
