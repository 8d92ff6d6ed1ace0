"""Queries that leave no log."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import RoomCollaboration
from policies.policy import Policy, Severity, Violation
from policies.subjects import COLLABORATIONS, Placed


def unlogged_queries(placed: Placed[RoomCollaboration]) -> Iterator[Violation]:
    """A collaboration whose queries leave no log.

    Why: Members cannot audit afterwards what was asked of their tables.
    Avoid: `query_log_status: DISABLED`
    Prefer: `query_log_status: ENABLED`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/query-logs.html
    """
    if placed.declaration.query_log_status == "DISABLED":
        message = "query_log_status is 'DISABLED'; set it to 'ENABLED' so that members can audit queries"
        yield Violation(("query_log_status",), message)


POLICY = Policy(unlogged_queries, COLLABORATIONS, Severity.HIGH)
