"""Passages of text: what an object is cut into, with the way back from a position to a place in the object.

Source: Macie userguide/findings-locate-sd-schema; API Occurrences.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

DIVIDER = "\x00"
"""Stands between the units of a passage; no identifier's pattern reaches over it."""

MOST_EXTRACTED = 512 * 1024 * 1024
"""Bytes that are extracted from an object, as many as a laptop can bear; the service's limit is 10 GB."""

CHARACTERS = 65_536
"""About as many characters as a passage has. A longer one would keep the interpreter from other threads."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an occurrence is.

    Attributes:
        kind: The list of Occurrences that it belongs to.
        group: What it is a part of: the column, the path without indexes, or nothing.
        shown: The Cell, Record or Range of the API.
    """

    kind: Literal["cells", "records", "lineRanges"]
    group: str
    shown: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of an object: the cells of a column, the values at a path, or some lines of text.

    Attributes:
        units: The cells, the values, or the one text.
        names: The name of the column or those in the path, divided by spaces; empty where there is none.
        place: Tells the place of what stands in a unit, from its index, start and end there.
        first: Occurrences that start before this position belong to the passage before.
        last: Those that start here or later belong to the next one; None when there is none.
    """

    units: tuple[str, ...]
    names: str
    place: Callable[[int, int, int], Place]
    first: int = 0
    last: int | None = None
