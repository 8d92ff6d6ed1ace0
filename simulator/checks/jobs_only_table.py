"""SQL on a table that is open to PySpark jobs only."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import API_REFERENCE, QueryContext
from simulator.verdict import Finding


def jobs_only_table(context: QueryContext) -> Iterator[Finding]:
    """A table whose analysis method is DIRECT_JOB, so that no SQL may read it.

    Why: The owner opened the table to PySpark jobs only; SQL needs DIRECT_QUERY, or MULTIPLE, which is both.
    Avoid: `SELECT COUNT(o.qty) AS n FROM orders o` on a table with `analysisMethod: DIRECT_JOB`
    Prefer: `analysisMethod: MULTIPLE`, if its owner agrees
    Source: https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_CreateConfiguredTable.html
    """
    for table in context.script.tables().values():
        if table.analysis_method not in ("DIRECT_QUERY", "MULTIPLE"):
            message = (
                f"table '{table.name}' has analysis method {table.analysis_method}; SQL needs DIRECT_QUERY or MULTIPLE"
            )
            source = f"{API_REFERENCE}/API_CreateConfiguredTable.html"
            yield from context.deny(jobs_only_table, message, source, table=table)
