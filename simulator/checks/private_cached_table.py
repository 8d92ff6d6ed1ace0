"""A CACHE TABLE script over private tables."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import SQL_REFERENCE, QueryContext
from simulator.checks.private_relations import private_tables
from simulator.verdict import Finding


def private_cached_table(context: QueryContext) -> Iterator[Finding]:
    """CACHE TABLE in a query over private tables.

    Why: The pages on differential privacy describe a final SELECT and CTEs before it; none says whether a cached table
        may take their place.
    Avoid: `CACHE TABLE x AS SELECT user_key FROM imps; SELECT COUNT(DISTINCT user_key) AS n FROM x`
    Prefer: `WITH x AS (SELECT user_key FROM imps) SELECT COUNT(DISTINCT user_key) AS n FROM x`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/sql-commands-cache-table.html
    """
    tables = private_tables(context.script)
    for query in context.script.cached if tables else ():
        message = "CACHE TABLE is not described for tables under differential privacy"
        source = f"{SQL_REFERENCE}/sql-commands-cache-table.html"
        setting = "cache_table_with_differential_privacy"
        yield from context.open(private_cached_table, setting, message, source, at=query.node, table=tables[0])
