"""A collaboration whose results may be written to any region."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import RoomCollaboration
from policies.policy import Level, Policy, Severity, Violation
from policies.subjects import COLLABORATIONS, Placed


def unrestricted_result_regions(placed: Placed[RoomCollaboration]) -> Iterator[Violation]:
    """A collaboration whose results may be written to any region.

    Why: Results over people can leave the region, and the law, that the data was collected under.
    Avoid: no `allowed_result_regions`
    Prefer: `allowed_result_regions: [eu-central-1]`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/create-collaboration.html
    """
    if placed.declaration.allowed_result_regions is None:
        message = "allowed_result_regions is absent: results may be written to any region; name the regions"
        yield Violation(("allowed_result_regions",), message)


POLICY = Policy(unrestricted_result_regions, COLLABORATIONS, Severity.LOW, level=Level.ADVISORY)
