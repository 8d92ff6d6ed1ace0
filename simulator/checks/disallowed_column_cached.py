"""A cached table that holds a column which the owner keeps out of results."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import SQL_REFERENCE, QueryContext
from simulator.checks.disallowed_output_column import disallowed
from simulator.sql.tracing import described
from simulator.verdict import Finding

_PAGE = f"{SQL_REFERENCE}/sql-commands-cache-table.html"


def disallowed_column_cached(context: QueryContext) -> Iterator[Finding]:
    """A disallowed column in the select list of CACHE TABLE, even if the last SELECT drops it.

    Why: The guide says that CACHE TABLE may not select such a column at all, whatever the last SELECT does with it.
    Avoid: `CACHE TABLE c AS SELECT camp, zip FROM imps; SELECT camp FROM c`
    Prefer: `CACHE TABLE c AS SELECT camp FROM imps WHERE zip = '10001'; SELECT camp FROM c`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/sql-commands-cache-table.html
    """
    for query in context.script.cached:
        for select in query.selects:
            for item in select.projections:
                for origin in disallowed(item):
                    holder = f"'{item.name}' of the cached table '{query.name}'"
                    message = f"{described(origin, holder)}, which a cached table may not select at all"
                    yield from context.deny(disallowed_column_cached, message, _PAGE, at=item.node, table=origin.table)
