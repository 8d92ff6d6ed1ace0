"""A query of somebody who is not the member who can query."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.verdict import Finding


def submitted_by_other_member(context: QueryContext) -> Iterator[Finding]:
    """A query submitted by another member than the one who can query.

    Why: A collaboration has exactly one member who can query, and who that is cannot be changed later.
    Avoid: a query by a member who only brings data
    Prefer: the same query, submitted by the member with CAN_QUERY
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/glossary.html
    """
    request = context.request
    if request.submitted_by is not None and request.submitted_by != request.query_runner:
        message = f"'{request.submitted_by}' submits the query; only '{request.query_runner}' has the ability CAN_QUERY"
        yield from context.deny(submitted_by_other_member, message, f"{USER_GUIDE}/glossary.html")
