"""More tables in one query than the service takes."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.verdict import Finding

MAX_TABLES = 15
"""Most configured tables in one query; an adjustable quota. Source: userguide/clean-rooms-quotas."""


def too_many_tables(context: QueryContext) -> Iterator[Finding]:
    """A query over more than 15 configured tables.

    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/clean-rooms-quotas.html
    """
    count = len(context.script.tables())
    if count > MAX_TABLES:
        message = f"the query reads {count} tables; at most {MAX_TABLES} are allowed in one query"
        yield from context.deny(too_many_tables, message, f"{USER_GUIDE}/clean-rooms-quotas.html")
