"""Passages of text into which an object is split, with the mapping of positions to places in the object.

Source: Macie userguide/findings-locate-sd-schema; API Occurrences.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

DIVIDER = "\x00"
"""Separates the units of a passage; no identifier's pattern matches across it."""

MOST_EXTRACTED = 512 * 1024 * 1024
"""Maximum bytes extracted from an object, suitable for a laptop; the service's limit is 10 GB."""

CHARACTERS = 65_536
"""Approximate number of characters in a passage. A longer one would block other threads of the interpreter."""


@dataclass(frozen=True, slots=True)
class Place:
    """The location of an occurrence.

    Attributes:
        kind: The list of Occurrences to which it belongs.
        group: Its column, or its path without indexes; empty for text.
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
        names: The name of the column, or those in the path, separated by spaces; empty if there is none.
        place: Returns the place of an occurrence from the index of its unit, and its start and end there.
        first: Occurrences that start before this position belong to the previous passage.
        last: Occurrences that start here or later belong to the next passage; None for the last one.
    """

    units: tuple[str, ...]
    names: str
    place: Callable[[int, int, int], Place]
    first: int = 0
    last: int | None = None
