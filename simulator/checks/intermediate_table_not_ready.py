"""An intermediate table that holds no data to query."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.request import TableKind
from simulator.verdict import Finding

_PAGE = f"{USER_GUIDE}/working-with-intermediate-tables.html"

_REASONS = {
    "CREATED": "has not been populated yet",
    "POPULATE_FAILED": "failed to populate",
    "DISALLOWED_BY_DATA_PROVIDER": "was disallowed by the owner of a base table",
    "BASE_TABLE_REMOVED": "has lost a base table",
    "RETENTION_PERIOD_EXPIRED": "has reached the end of its retention period",
}


def intermediate_table_not_ready(context: QueryContext) -> Iterator[Finding]:
    """An intermediate table whose status is not POPULATE_SUCCESS.

    Open: one that is being populated again, while its previous version is said to stay available.

    Why: Before it is populated the table has no rows. Later they may be gone again: a data provider disallowed the
        table, its retention ended, or one of its base tables was removed.
    Avoid: querying the table right after it was created
    Prefer: populating it, and waiting for POPULATE_SUCCESS
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/working-with-intermediate-tables.html
    """
    for table in context.script.tables().values():
        if table.kind is not TableKind.INTERMEDIATE or table.status == "POPULATE_SUCCESS":
            continue
        if table.status == "POPULATE_STARTED":
            message = f"intermediate table '{table.name}' is being populated; its previous version may be queryable"
            setting = "intermediate_table_refreshing"
            yield from context.open(intermediate_table_not_ready, setting, message, _PAGE, table=table)
        else:
            reason = _REASONS.get(table.status or "", "has an unknown status")
            message = f"intermediate table '{table.name}' {reason} (status {table.status}, needed POPULATE_SUCCESS)"
            yield from context.deny(intermediate_table_not_ready, message, _PAGE, table=table)
