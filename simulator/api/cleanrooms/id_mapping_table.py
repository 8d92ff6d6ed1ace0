"""ID mapping tables, which map ids of a source namespace to ids of a target namespace.

Entity Resolution itself is not emulated: a populated table is ready, and has no rows.

Source: API CreateIdMappingTable and its kin; userguide/analysis-rules-id-mapping-table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.api.calls import Answer, Call, new_id
from simulator.api.cleanrooms.dependants import base_table_removed, child_resources
from simulator.api.cleanrooms.lookup import active_membership, brought, child, own_membership
from simulator.api.cleanrooms.records import check_table_name, checked, membership_record, update_record
from simulator.api.errors import invalid
from simulator.api.store import Record

KIND = "id_mapping_table"
"""The kind under which tables are kept."""

COLUMNS = {"SOURCE": "sourceid", "TARGET": "targetid"}
"""The two columns of every ID mapping table."""

NOT_EMULATED = "Entity Resolution is not emulated: a populated table has no rows"
"""Limitations, shown in `IMPLEMENTATION_COVERAGE.md`."""


def create_id_mapping_table(call: Call) -> Answer:
    """Create a table between a source and a target namespace of the collaboration, with its rule."""
    checked("create_id_mapping_table", call.asked)
    membership = active_membership(call)
    check_table_name(call, membership, call.asked["name"])
    sides = _sides(call, membership)
    sources = [{"idNamespaceAssociationId": sides[side].id, "type": side} for side in COLUMNS]
    body = {
        **call.chosen("name", "description", "inputReferenceConfig", "kmsKeyArn"),
        "inputReferenceProperties": {"idMappingTableInputSource": sources},
    }
    made = call.store.put(membership_record(call, KIND, membership, body).hiding(rule=_rule(sides), populated=False))
    return {"idMappingTable": _seen(call, made)}


def get_id_mapping_table(call: Call) -> Answer:
    """Show a table to its owner."""
    return {"idMappingTable": _seen(call, _own(call))}


def list_id_mapping_tables(call: Call) -> Answer:
    """List the tables of a membership."""
    return {"idMappingTableSummaries": [each.body for each in call.store.of(KIND, parent=own_membership(call).id)]}


def update_id_mapping_table(call: Call) -> Answer:
    """Change the description or the key."""
    return {"idMappingTable": _seen(call, update_record(call, _own(call), "description", "kmsKeyArn"))}


def delete_id_mapping_table(call: Call) -> Answer:
    """Delete a table."""
    gone = _own(call)
    base_table_removed(call, gone)
    call.store.remove(gone)
    return {}


def populate_id_mapping_table(call: Call) -> Answer:
    """Populate the table; it is ready immediately."""
    active_membership(call)
    call.store.put(_own(call).hiding(populated=True))
    return {"idMappingJobId": new_id()}


def _own(call: Call) -> Record:
    return child(call, KIND, "idMappingTableIdentifier")


def _seen(call: Call, table: Record) -> Mapping[str, Any]:
    return {**table.body, "childResources": child_resources(call, table)}


def _sides(call: Call, membership: Record) -> dict[str, Record]:
    """Return the namespace association of each side: the first of its type."""
    found: dict[str, Record] = {}
    for association in brought(call, membership.parent, "id_namespace_association"):
        found.setdefault(association.body["inputReferenceProperties"]["idNamespaceType"], association)
    if missing := [side for side in COLUMNS if side not in found]:
        raise invalid(f"the collaboration has no {missing[0]} ID namespace association")
    return found


def _rule(sides: Mapping[str, Record]) -> dict[str, Any]:
    """Return the AnalysisRuleIdMappingTable: unprotected ids are dimension columns, all others require overlap."""
    lifted = [
        COLUMNS[side] for side, each in sides.items() if each.body["idMappingConfig"]["allowUseAsDimensionColumn"]
    ]
    protected = [column for column in COLUMNS.values() if column not in lifted]
    return {
        "joinColumns": list(COLUMNS.values()),
        "queryConstraints": [{"requireOverlap": {"columns": protected}}] if protected else [],
        "dimensionColumns": lifted,
    }
