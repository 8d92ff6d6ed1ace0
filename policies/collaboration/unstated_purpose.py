"""A collaboration that does not say what it is for."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import RoomCollaboration
from policies.policy import Level, Policy, Severity, Violation
from policies.subjects import COLLABORATIONS, Placed


def unstated_purpose(placed: Placed[RoomCollaboration]) -> Iterator[Violation]:
    """A collaboration that does not say what it is for.

    Why: Personal data may be used for specified purposes only; the members agree to what is written here.
    Avoid: no `description`
    Prefer: `description: Reach of mailed campaigns, as statistics over households`
    Source: https://gdpr-info.eu/art-5-gdpr/
    """
    if not (placed.declaration.description or "").strip():
        yield Violation(("description",), "description is absent; say what the members may use the data for")


POLICY = Policy(unstated_purpose, COLLABORATIONS, Severity.LOW, level=Level.ADVISORY)
