"""More tables in one query than the service takes."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.quotas import exceeded
from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.verdict import Finding


def too_many_tables(context: QueryContext) -> Iterator[Finding]:
    """A query over more than 15 configured tables.

    Why: The service's quota is 15 tables per query; it can be raised on request.
    Avoid: a join of 16 configured tables
    Prefer: a join of at most 15
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/clean-rooms-quotas.html
    """
    if message := exceeded("tables_per_query", len(context.script.tables())):
        yield from context.deny(too_many_tables, message, f"{USER_GUIDE}/clean-rooms-quotas.html")
