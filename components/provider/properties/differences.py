"""Where the values wanted differ from those before: the paths that Pulumi shows, and how they changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, NamedTuple

from components.provider.properties.equality import ABSENT, equal, is_default, paired
from components.provider.values import Path, pattern
from components.resources.resource_type import ResourceType
from declarations.unknown import UNKNOWN


class Change(Enum):
    """How a value changed."""

    ADDED = "added"
    REMOVED = "removed"
    UPDATED = "updated"


class Filled(NamedTuple):
    """A value before that nobody has stated: the service has filled it in.

    Attributes:
        value: The value; ABSENT when the service shows none.
    """

    value: Any


class Difference(NamedTuple):
    """One value that changed.

    Attributes:
        path: Where it stands; in lists by its place in the new value, for what is removed by its place in the old one.
        change: How it changed.
        moved: The outermost list in which it lies in an item that had another place before; None when there is none.
    """

    path: Path
    change: Change
    moved: Path | None = None

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
    yield from _in_objects(kind, completed(kind, old, shown or {}), new, ())


def completed(kind: ResourceType, stated: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stated with what the service has filled in beside it, each value as Filled.

    Args:
        kind: What tells which values a service fills in.
        stated: The values that are stated.
        shown: What the service shows.
    """
    found: dict[str, Any] = _completed(kind, (), stated, shown)
    return found


def refilled(kind: ResourceType, before: Any, now: Any, path: Path = ()) -> Iterator[Path]:  # noqa: ANN401 - any property values
    """Yield where nobody states a value, and the service shows another one than before.

    Args:
        kind: What tells which values mean the same.
        before: The stated values, `completed` with what was shown before.
        now: The same, `completed` with what is shown now.
        path: Where both stand.
    """
    if isinstance(before, Filled) and isinstance(now, Filled):
        if any(_in_values(kind, before.value, now.value, path)):
            yield path
    elif isinstance(before, Mapping) and isinstance(now, Mapping):
        for name in before.keys() & now.keys():
            yield from refilled(kind, before[name], now[name], (*path, name))
    elif isinstance(before, list) and isinstance(now, list):
        for place, (first, second) in enumerate(zip(before, now, strict=True)):
            yield from refilled(kind, first, second, (*path, place))


def _completed(kind: ResourceType, path: Path, old: Any, shown: Any) -> Any:  # noqa: ANN401 - any property values
    if isinstance(old, Mapping) and isinstance(shown, Mapping):
        inside = {name: _completed(kind, (*path, name), value, shown.get(name)) for name, value in old.items()}
        filled = (name for name in _filled_in(kind, path) if name not in old)
        return inside | {name: Filled(shown.get(name, ABSENT)) for name in filled}
    if isinstance(old, list) and isinstance(shown, list):
        items = dict(enumerate(old))
        for pair in paired(kind, path, shown, old):
            if pair.first is not ABSENT and pair.second is not ABSENT:
                items[pair.place] = _completed(kind, (*path, pair.place), pair.second, pair.first)
        return list(items.values())
    return old


def _filled_in(kind: ResourceType, path: Path) -> Iterator[str]:
    """Yield the members of the object at *path* that the service fills in."""
    for each in sorted(kind.filled_in):
        outer, _, name = each.rpartition(".")
        if outer == pattern(path):
            yield name


def _in_objects(kind: ResourceType, old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> Iterator[Difference]:
    for name in [*old, *(name for name in new if name not in old)]:
        before, after = old.get(name, ABSENT), new.get(name, ABSENT)
        if isinstance(before, Filled):
            if after is ABSENT:
                continue
            before = before.value
        yield from _in_values(kind, before, after, (*path, name))


def _in_values(
    kind: ResourceType,
    old: Any,  # noqa: ANN401 - any property value
    new: Any,  # noqa: ANN401 - any property value
    path: Path,
) -> Iterator[Difference]:
    if old is ABSENT:
        if new is not ABSENT and not is_default(kind, path, new):
            yield Difference(path, Change.ADDED)
    elif new is ABSENT:
        if pattern(path) not in kind.filled_in - kind.kept_stated and not is_default(kind, path, old):
            yield Difference(path, Change.REMOVED)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _in_objects(kind, old, new, path)
    elif isinstance(old, list) and isinstance(new, list):
        for pair in paired(kind, path, old, new):
            inside = _in_values(kind, pair.first, pair.second, (*path, pair.place))
            yield from (each._replace(moved=path) for each in inside) if pair.moved else inside
    elif old is UNKNOWN or not equal(kind, path, old, new):
        yield Difference(path, Change.UPDATED)
