"""What a resource type says about when values mean the same: sets, JSON in text, times, and what absence stands for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from components.provider.values import Path, pattern
from components.resources import service_model
from components.resources.resource_type import ResourceType
from declarations.unknown import UNKNOWN

ABSENT = object()
"""Stands for no value, where null would be one."""


class Pair(NamedTuple):
    """Two items of two lists that are the same item.

    Attributes:
        place: Its place in the second list, or in the first if the second does not have it.
        first: The item in the first list, or ABSENT.
        second: The item in the second list, or ABSENT.
        moved: Whether both lists have it, each at another place.
    """

    place: int
    first: Any
    second: Any
    moved: bool = False


def default_of(kind: ResourceType, path: Path) -> Any:  # noqa: ANN401 - any property value
    """Return the value that stands for the absence of *path*; ABSENT when none does."""
    value = kind.defaults.get(pattern(path))
    if value is None:
        return ABSENT
    return list(value) if isinstance(value, tuple) else value


def means_absent(kind: ResourceType, path: Path, value: Any) -> bool:  # noqa: ANN401 - any property value
    """Tell whether *value*, which a service shows for *path*, says no more than that nothing was stated."""
    if value is ABSENT or value is None or value in ("", [], {}):
        return True
    return is_default(kind, path, value)


def is_default(kind: ResourceType, path: Path, value: Any) -> bool:  # noqa: ANN401 - any property value
    """Tell whether absence stands for *value*: its own default, or that of every member of it."""
    if equal(kind, path, default_of(kind, path), value):
        return True
    if not isinstance(value, Mapping) or not value:
        return False
    return all(is_default(kind, (*path, name), inner) for name, inner in value.items())


def equal(kind: ResourceType, path: Path, first: Any, second: Any) -> bool:  # noqa: ANN401 - any property values
    """Tell whether two plain values mean the same at *path*; UNKNOWN and ABSENT mean the same as nothing."""
    if first is UNKNOWN or second is UNKNOWN or first is ABSENT or second is ABSENT:
        return False
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    if first != second and pattern(path) in _times(kind):
        return bool(_moment(first) == _moment(second))
    if first != second and pattern(path) in kind.json_texts:
        return bool(_parsed(first) == _parsed(second))
    return bool(first == second)


def paired(kind: ResourceType, path: Path, first: Sequence[Any], second: Sequence[Any]) -> Iterator[Pair]:
    """Pair the items of two lists: those of sets by their key, those of others by their place."""
    key = kind.unordered.get(pattern(path))
    if key is None or UNKNOWN in first or UNKNOWN in second:
        yield from _by_place(first, second)
    else:
        yield from _by_key(first, second, key)


def _by_place(first: Sequence[Any], second: Sequence[Any]) -> Iterator[Pair]:
    for index in range(max(len(first), len(second))):
        left = first[index] if index < len(first) else ABSENT
        yield Pair(index, left, second[index] if index < len(second) else ABSENT)


def _by_key(first: Sequence[Any], second: Sequence[Any], key: str) -> Iterator[Pair]:
    wanted = dict(zip(_keys(second, key), enumerate(second), strict=True))
    known = _keys(first, key)
    for number, (name, item) in enumerate(zip(known, first, strict=True)):
        index, counterpart = wanted.get(name, (number, ABSENT))
        yield Pair(index, item, counterpart, moved=index != number)
    for name, (index, item) in wanted.items():
        if name not in known:
            yield Pair(index, ABSENT, item)


def _keys(items: Sequence[Any], key: str) -> list[tuple[str, int]]:
    """Return what names each item: its key, and its number among those of the same key.

    Items that are compared whole are the same however often they stand there.
    """
    names = [_key(item, key) for item in items]
    return [(name, names[:place].count(name) if key else 0) for place, name in enumerate(names)]


def _key(item: Any, key: str) -> str:  # noqa: ANN401 - any property value
    """Return what makes an item of a set the same item: one of its members, or all of it."""
    named = item.get(key) if key and isinstance(item, Mapping) else item
    return json.dumps(named, sort_keys=True, default=repr)


@cache
def _times(kind: ResourceType) -> frozenset[str]:
    """Return the inputs that are times; the service model has none deeper inside."""
    return frozenset(name for name, found in service_model.inputs(kind).items() if found.shape.type_name == "timestamp")


def _moment(value: Any) -> Any:  # noqa: ANN401 - any property value
    """Return a time of any notation as a datetime; what is no time as it is."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value


def _parsed(text: Any) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return text
