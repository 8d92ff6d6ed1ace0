"""Plain text as overlapping passages, so that no occurrence is lost at a boundary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TextIO

from simulator.api.macie2.detection.passage import CHARACTERS, Passage, Place

_BEFORE = 128
"""Characters of the previous passage that are repeated, since they may contain a keyword."""
_BEHIND = 4_096
"""Characters at the end of a passage whose occurrences the next one reports; no occurrence is longer."""


def text_passages(stream: TextIO) -> Iterator[Passage]:
    """Yield the passages of a text.

    Args:
        stream: The text, with unchanged line breaks.
    """
    held, first, lines, columns = "", 0, 1, 1
    while True:
        new = stream.read(CHARACTERS)
        text = held + new
        last = len(text) - _BEHIND if len(new) == CHARACTERS else None
        if text:
            yield Passage((text,), "", _places(text, lines, columns), first, last)
        if last is None:
            return
        cut = last - _BEFORE
        lines, columns = _position(text, cut, lines, columns)
        held, first = text[cut:], _BEFORE


def _places(text: str, lines: int, columns: int) -> Callable[[int, int, int], Place]:
    def place(_unit: int, start: int, end: int) -> Place:
        line, column = _position(text, start, lines, columns)
        until = line + text.count("\n", start, end)
        return Place("lineRanges", "", {"start": line, "end": until, "startColumn": column})

    return place


def _position(text: str, offset: int, lines: int, columns: int) -> tuple[int, int]:
    """Return line and column of an offset in a text that begins at a line and column, all from 1."""
    breaks = text.count("\n", 0, offset)
    if not breaks:
        return lines, columns + offset
    return lines + breaks, offset - text.rfind("\n", 0, offset)
