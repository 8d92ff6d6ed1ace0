"""Tags: those of the resource over the provider's default tags, and the calls that change them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from components.provider.values import has_unknowns
from declarations.unknown import UNKNOWN

Tags = Mapping[str, str]


def merged(default: Tags, own: Any) -> Any:  # noqa: ANN401 - the tags of a program can be unknown
    """Return all tags of a resource: its own win; UNKNOWN when they are not known."""
    return UNKNOWN if own is UNKNOWN else {**default, **(own or {})}


def own_tags(default: Tags, live: Tags, stated: Any) -> dict[str, str]:  # noqa: ANN401 - absent or unknown, too
    """Return the tags that are the resource's own.

    Args:
        default: The provider's default tags.
        live: All tags that the service shows.
        stated: The resource's own tags before; a default tag that it states, too, stays its own.
    """
    known = stated if isinstance(stated, Mapping) else {}
    return {
        key: value
        for key, value in live.items()
        if not key.startswith("aws:") and (key in known or default.get(key) != value)
    }


def tag_changes(before: Any, after: Tags) -> Iterator[tuple[str, Mapping[str, Any]]]:  # noqa: ANN401 - absent, too
    """Yield the operations that turn tags into others, each with its request without the ARN.

    Args:
        before: All tags before; none when they are not known.
        after: All tags wanted.
    """
    had = before if isinstance(before, Mapping) and not has_unknowns(before) else {}
    gone = sorted(key for key in had if key not in after)
    new = {key: value for key, value in after.items() if had.get(key) != value}
    if gone:
        yield "UntagResource", {"tagKeys": gone}
    if new:
        yield "TagResource", {"tags": new}
