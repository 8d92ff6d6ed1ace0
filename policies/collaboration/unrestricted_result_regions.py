"""A collaboration whose results may be written to any region."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import RoomCollaboration
from policies.policy import Level, Policy, Severity, Violation
from policies.rules import identifies_people
from policies.subjects import COLLABORATIONS, Placed


def unrestricted_result_regions(placed: Placed[RoomCollaboration]) -> Iterator[Violation]:
    """A collaboration about people whose results may be written to any region.

    Why: Results over people can leave the region, and the law under which the data was collected.
    Avoid: no `allowed_result_regions`
    Prefer: `allowed_result_regions: [eu-central-1]`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/create-collaboration.html
    """
    if placed.declaration.allowed_result_regions is not None:
        return
    if any(identifies_people(table) for _, _, table in placed.room.associated_tables()):
        message = "allowed_result_regions is absent: results may be written to any region; name the regions"
        yield Violation(("allowed_result_regions",), message)


POLICY = Policy(unrestricted_result_regions, COLLABORATIONS, Severity.LOW, level=Level.ADVISORY)
