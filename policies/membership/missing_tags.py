"""A membership without the tags that the company asks for."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import RoomMembership
from policies.policy import Policy, Severity, Violation
from policies.subjects import MEMBERSHIPS, Placed
from policies.tags import RequiredTags, absent_tags


def missing_tags(placed: Placed[RoomMembership], configuration: RequiredTags) -> Iterator[Violation]:
    """A membership without the tags that the company asks for.

    Why: Owners, cost centres and retention are found by tags; what has none belongs to nobody.
    Avoid: no tag `owner`
    Prefer: `tags: {owner: privacy-office}`
    Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
    """
    yield from absent_tags(placed.declaration.tags, configuration)


POLICY = Policy(missing_tags, MEMBERSHIPS, Severity.LOW, configuration=RequiredTags)
