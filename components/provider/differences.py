"""Where the values wanted differ from those before: the paths that Pulumi shows, and how they changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, NamedTuple

from components.provider.comparing import ABSENT, equal, is_default, paired
from components.provider.values import UNKNOWN, Path, pattern
from components.resources.resource_type import ResourceType


class Change(Enum):
    """How a value changed."""

    ADDED = "added"
    REMOVED = "removed"
    UPDATED = "updated"


class Filled(NamedTuple):
    """A value before that nobody has stated: the service has filled it in.

    Attributes:
        value: The value.
    """

    value: Any


class Difference(NamedTuple):
    """One value that changed.

    Attributes:
        path: Where it stands; in lists by its place in the new value, for what is removed by its place in the old one.
        change: How it changed.
    """

    path: Path
    change: Change

    @property
    def top(self) -> str:
        """The property that it is in."""
        return str(self.path[0])


def differences(
    kind: ResourceType, old: Mapping[str, Any], new: Mapping[str, Any], shown: Mapping[str, Any] | None = None
) -> Iterator[Difference]:
    """Yield every place where *new* differs from *old*, as deep as both have the same form.

    Args:
        kind: What tells which values mean the same.
        old: The values before; a member that is missing is a value that is not set.
        new: The values wanted. What is UNKNOWN differs from everything.
        shown: What the service shows: stating what it has filled in by itself is no difference, and neither is
            stating it no longer, unless the type says so.
    """
    yield from _in_objects(kind, _completed(kind, (), old, shown or {}), new, ())


def _completed(kind: ResourceType, path: Path, old: Any, shown: Any) -> Any:  # noqa: ANN401 - any property values
    """Return the values before with what the service has filled in."""
    if isinstance(old, Mapping) and isinstance(shown, Mapping):
        inside = {name: _completed(kind, (*path, name), value, shown.get(name)) for name, value in old.items()}
        filled = (name for name in shown if name not in old and pattern((*path, name)) in kind.filled_in)
        return inside | {name: Filled(shown[name]) for name in filled}
    if isinstance(old, list) and isinstance(shown, list):
        items = dict(enumerate(old))
        for pair in paired(kind, path, shown, old):
            if pair.first is not ABSENT and pair.second is not ABSENT:
                items[pair.place] = _completed(kind, (*path, pair.place), pair.second, pair.first)
        return list(items.values())
    return old


def _in_objects(kind: ResourceType, old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> Iterator[Difference]:
    for name in [*old, *(name for name in new if name not in old)]:
        before, after = old.get(name, ABSENT), new.get(name, ABSENT)
        if isinstance(before, Filled):
            if after is ABSENT:
                continue
            before = before.value
        yield from _in_values(kind, before, after, (*path, name))


def _in_values(kind: ResourceType, old: Any, new: Any, path: Path) -> Iterator[Difference]:  # noqa: ANN401
    if old is ABSENT:
        if not is_default(kind, path, new):
            yield Difference(path, Change.ADDED)
    elif new is ABSENT:
        if pattern(path) not in kind.filled_in - kind.kept_stated and not is_default(kind, path, old):
            yield Difference(path, Change.REMOVED)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _in_objects(kind, old, new, path)
    elif isinstance(old, list) and isinstance(new, list):
        for pair in paired(kind, path, old, new):
            yield from _in_values(kind, pair.first, pair.second, (*path, pair.place))
    elif old is UNKNOWN or not equal(kind, path, old, new):
        yield Difference(path, Change.UPDATED)
