"""Where a diff's lines stand on the screen: the engine looks each path up in the old and in the new inputs.

Items of sets are compared wherever they stand, and the same path may mean two of them: the one that goes and the one
that comes, or an item and what had its place before. What is shown there must be the old and the new value of that
place, so one line says that the place, or the whole list, is another one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from components.provider.lifecycle.diff import PropertyChange
from components.provider.properties.differences import Change, Difference
from components.provider.values import Path


def displayed(changes: Iterable[PropertyChange]) -> list[PropertyChange]:
    """Return the lines to show, one a path, none inside another one.

    Args:
        changes: What changes, item by item.
    """
    shown: dict[Path, PropertyChange] = {}
    for change in sorted(map(_standing, changes), key=lambda each: len(each.difference.path)):
        path = change.difference.path
        around = next((path[:end] for end in range(1, len(path) + 1) if path[:end] in shown), None)
        if around is None:
            shown[path] = change
        else:
            replaces = shown[around].replaces or change.replaces
            shown[around] = replace(change, difference=Difference(around, Change.UPDATED), replaces=replaces)
    return list(shown.values())


def _standing(change: PropertyChange) -> PropertyChange:
    """Return the line for what has the same place before and after: of an item that has moved, its list."""
    moved = change.difference.moved
    return change if moved is None else replace(change, difference=Difference(moved, Change.UPDATED))
