"""The tags that a company asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from policies.policy import Configuration, Violation


class RequiredTags(Configuration):
    """What a company sets."""

    tags: tuple[str, ...] = ()
    """Keys that must be there; none unless a company names them."""


def absent_tags(tags: Collection[str] | None, configuration: RequiredTags) -> Iterator[Violation]:
    """Yield every required tag that is not among *tags*, the keys of a declaration."""
    for tag in configuration.tags:
        if tag not in (tags or ()):
            yield Violation(("tags",), f"the tag {tag!r} is missing; the company asks for it", tag)
