"""A query of somebody who is not the member who can query."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.verdict import Finding


def submitted_by_other_member(context: QueryContext) -> Iterator[Finding]:
    """A query submitted by another member than the one who can query; a collaboration has exactly one.

    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/glossary.html
    """
    request = context.request
    if request.submitted_by is not None and request.submitted_by != request.query_runner:
        message = f"'{request.submitted_by}' submits the query; only '{request.query_runner}' has the ability CAN_QUERY"
        yield from context.deny(submitted_by_other_member, message, f"{USER_GUIDE}/glossary.html")
