"""A collaboration on the engine that the service has ended."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import RoomCollaboration
from policies.policy import Level, Policy, Severity, Violation
from policies.subjects import COLLABORATIONS, Placed


def ended_analytics_engine(placed: Placed[RoomCollaboration]) -> Iterator[Violation]:
    """A collaboration on the engine that the service has ended.

    Why: Clean Rooms SQL has taken no new collaborations since July 2025 and ended in December 2025; what is
        checked against it does not run.
    Avoid: `analytics_engine: CLEAN_ROOMS_SQL`
    Prefer: `analytics_engine: SPARK`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analytics-engine.html
    """
    if placed.declaration.analytics_engine == "CLEAN_ROOMS_SQL":
        message = "analytics_engine is 'CLEAN_ROOMS_SQL', which ended on 2025-12-17; use 'SPARK'"
        yield Violation(("analytics_engine",), message)


POLICY = Policy(ended_analytics_engine, COLLABORATIONS, Severity.MEDIUM, level=Level.ADVISORY)
