"""The intermediate tables that depend on a table, and the effect on them when it is removed.

Source: API ChildResource, IntermediateTableDependency; userguide/intermediate-table-lifecycle.
"""

from __future__ import annotations

from typing import Any

from simulator.api.calls import Call
from simulator.api.cleanrooms.kept_rows import delete_rows
from simulator.api.store import Record

KIND = "intermediate_table"
"""The kind under which intermediate tables are kept."""


def child_resources(call: Call, table: Record) -> list[dict[str, Any]] | None:
    """Return the ChildResource of each intermediate table made from *table*; None when there is none."""
    listed = [
        {
            "resourceId": made.id if made.account == call.account else None,
            "resourceType": "INTERMEDIATE_TABLE",
            "resourceName": made.body["name"],
            "ownerAccountId": made.account,
            "resourceStatus": made.body["status"],
        }
        for made in dependants(call, table)
    ]
    return listed or None


def dependants(call: Call, table: Record) -> list[Record]:
    """Return the intermediate tables that were made from *table*, directly or indirectly."""
    return [
        made
        for made in call.store.of(KIND)
        if any(base["id"] == table.id for base in made.body.get("tableDependencies", ()))
    ]


def base_table_removed(call: Call, table: Record) -> None:
    """Mark the tables made from a table that leaves the collaboration, and delete their rows."""
    for made in dependants(call, table):
        call.store.put(emptied(call, made, "BASE_TABLE_REMOVED", f"the base table {table.body['name']!r} was removed"))


def kept(call: Call, table: Record) -> Record:
    """Return an intermediate table; if its retention period is over, empty it first."""
    version = table.body.get("intermediateTableVersion")
    if version is None or version["expirationTime"] > call.now:
        return table
    days = table.body["retentionInDays"]
    return call.store.put(emptied(call, table, "RETENTION_PERIOD_EXPIRED", f"populated more than {days} days ago"))


def emptied(call: Call, table: Record, status: str, reason: str) -> Record:
    """Delete the rows of an intermediate table, and return it with a status that explains why it has none."""
    delete_rows(table.hidden.get("rows"))
    shown = table.showing(status=status, statusReason=reason, intermediateTableVersion=None, updateTime=call.now)
    return shown.hiding(rows=None)
