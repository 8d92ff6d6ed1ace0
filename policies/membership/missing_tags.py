"""A membership without the tags that the company asks for."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import RoomMembership
from policies.policy import Configuration, Policy, Severity, Violation
from policies.subjects import MEMBERSHIPS, Placed


class RequiredTags(Configuration):
    """What a company sets."""

    tags: tuple[str, ...] = ()
    """Keys that a membership must have; none unless a company names them."""


def missing_tags(placed: Placed[RoomMembership], configuration: RequiredTags) -> Iterator[Violation]:
    """A membership without the tags that the company asks for.

    Why: Owners, cost centres and retention are found by tags; what has none is nobody's.
    Avoid: no tag `owner`
    Prefer: `tags: {owner: privacy-office}`
    Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
    """
    for tag in configuration.tags:
        if tag not in (placed.declaration.tags or {}):
            yield Violation(("tags",), f"the tag {tag!r} is missing; the company asks for it", tag)


POLICY = Policy(missing_tags, MEMBERSHIPS, Severity.LOW, configuration=RequiredTags)
