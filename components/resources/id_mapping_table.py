"""The ID mapping table: which ids of two members mean the same.

Source: API CreateIdMappingTable, UpdateIdMappingTable, DeleteIdMappingTable.
"""

from __future__ import annotations

from components.resources.resource_type import Operation, ResourceType

ID_MAPPING_TABLE = ResourceType(
    name="IdMappingTable",
    service="cleanrooms",
    summary="A table of which ids of two members mean the same. "
    "An ID mapping workflow of AWS Entity Resolution makes it. "
    "Filling it is an action (PopulateIdMappingTable), not part of this resource.",
    create=Operation("CreateIdMappingTable", answer="idMappingTable"),
    read=Operation("GetIdMappingTable", answer="idMappingTable"),
    updates=(Operation("UpdateIdMappingTable", answer="idMappingTable"),),
    delete=Operation("DeleteIdMappingTable"),
    identity=("membershipIdentifier", "idMappingTableIdentifier"),
    replaces=frozenset({"inputReferenceConfig", "membershipIdentifier", "name"}),
    answers={"id": "idMappingTableIdentifier", "membershipId": "membershipIdentifier"},
    defaults={"description": ""},
    not_offered={"childResources": "they are the intermediate tables of others"},
    one_at_a_time=True,
)
