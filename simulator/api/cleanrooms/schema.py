"""Schemas: the tables of a collaboration as seen by its members.

Source: API GetSchema, ListSchemas, BatchGetSchema.
"""

from __future__ import annotations

from typing import Any

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.analysis_rules import rule_types
from simulator.api.cleanrooms.lookup import joined_collaboration
from simulator.api.cleanrooms.readiness import status_details
from simulator.api.cleanrooms.tables import RoomTable, tables_of
from simulator.api.errors import not_found
from simulator.api.store import Record
from simulator.request import TableKind

_TYPES = {
    TableKind.CONFIGURED: "TABLE",
    TableKind.ID_MAPPING: "ID_MAPPING_TABLE",
    TableKind.INTERMEDIATE: "INTERMEDIATE_TABLE",
}


def get_schema(call: Call) -> Answer:
    """Show one table."""
    collaboration = joined_collaboration(call)
    return {"schema": _schema(call, collaboration, named_table(call, collaboration.id, call.asked["name"]))}


def list_schemas(call: Call) -> Answer:
    """List the tables."""
    collaboration = joined_collaboration(call)
    wanted = call.asked.get("schemaType")
    held = [each for each in tables_of(call, collaboration.id).values() if wanted in (None, _TYPES[each.table.kind])]
    return {"schemaSummaries": [_summary(call, collaboration, each) for each in held]}


def batch_get_schema(call: Call) -> Answer:
    """Show several tables; each unknown name gives an entry in `errors`."""
    collaboration = joined_collaboration(call)
    tables = tables_of(call, collaboration.id)
    names = list(dict.fromkeys(call.asked["names"]))
    return {
        "schemas": [_schema(call, collaboration, tables[name.lower()]) for name in names if name.lower() in tables],
        "errors": [
            {"name": name, "code": "RESOURCE_NOT_FOUND", "message": f"schema {name!r} does not exist"}
            for name in names
            if name.lower() not in tables
        ],
    }


def named_table(call: Call, collaboration_id: str, name: str) -> RoomTable:
    """Return the table of that SQL name.

    Raises:
        ApiError: ResourceNotFoundException.
    """
    found = tables_of(call, collaboration_id).get(name.lower())
    if found is None:
        raise not_found(f"schema {name!r} does not exist in collaboration {collaboration_id}", name, "COLLABORATION")
    return found


def shown_rule_types(call: Call, held: RoomTable) -> list[str]:
    """Return the types of a table's rules: none or one."""
    if held.table.kind is TableKind.ID_MAPPING:
        return ["ID_MAPPING_TABLE"]
    return rule_types(call, held.source)


def _summary(call: Call, collaboration: Record, held: RoomTable) -> dict[str, Any]:
    return {
        "name": held.table.name,
        "type": _TYPES[held.table.kind],
        "creatorAccountId": held.table.owner,
        "createTime": held.resource.body["createTime"],
        "updateTime": max(held.resource.body["updateTime"], held.source.body["updateTime"]),
        "collaborationId": collaboration.id,
        "collaborationArn": collaboration.arn,
        "analysisRuleTypes": shown_rule_types(call, held),
        "analysisMethod": held.source.body.get("analysisMethod", "DIRECT_QUERY"),
        "selectedAnalysisMethods": held.source.body.get("selectedAnalysisMethods"),
        "resourceArn": None if held.table.kind is TableKind.INTERMEDIATE else held.resource.arn,
    }


def _schema(call: Call, collaboration: Record, held: RoomTable) -> dict[str, Any]:
    columns = held.table.columns
    return {
        **_summary(call, collaboration, held),
        "description": held.resource.body.get("description", ""),
        "columns": [{"name": name, "type": kind} for name, kind in columns.items() if name not in held.partition_keys],
        "partitionKeys": [{"name": name, "type": columns[name]} for name in held.partition_keys],
        "schemaStatusDetails": status_details(call, collaboration.id, held, shown_rule_types(call, held)),
        "schemaTypeProperties": _properties(held),
    }


def _properties(held: RoomTable) -> dict[str, Any]:
    if held.table.kind is TableKind.CONFIGURED:
        return {"configuredTableAssociation": {"configuredTableAssociationId": held.resource.id}}
    if held.table.kind is TableKind.INTERMEDIATE:
        return {"intermediateTable": {"intermediateTableId": held.resource.id}}
    sources = held.resource.body["inputReferenceProperties"]["idMappingTableInputSource"]
    return {"idMappingTable": {"idMappingTableInputSource": sources, "idMappingTableId": held.resource.id}}
