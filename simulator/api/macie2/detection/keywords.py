"""Search for keywords near data, ignoring case, accents, and whether words are divided by spaces, hyphens or nothing.

Source: Macie userguide/managed-data-identifiers-keywords.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

import numpy as np

PROXIMITY = 30
"""Maximum number of characters between a keyword and the data."""

_DIVIDERS = " _-"
_LEAST_PART = 4
"""Minimum length of a keyword that may begin or end a word in a column's name, as `card` does in `cardnumber`."""

_FOLDED = {
    code: base
    for code in range(0xC0, 0x250)
    if (base := unicodedata.normalize("NFKD", chr(code))[0].lower()).isascii() and base.isalpha()
} | {0x2019: "'", 0x2010: "-", 0x2013: "-", 0x130: "i"}
"""Accented letters, curved apostrophes and long hyphens to their plain forms."""


def fold_accents(text: str) -> str:
    """Return *text* in lower case and without accents, character by character, so that positions stay."""
    return text.lower() if text.isascii() else text.translate(_FOLDED).lower()


@cache
def squeezed(keyword: str) -> str:
    """Return a keyword folded and without dividers."""
    return fold_accents(keyword).translate(dict.fromkeys(map(ord, _DIVIDERS)))


@dataclass(frozen=True, slots=True)
class Spans:
    """The positions of keywords in a text.

    Attributes:
        starts: The positions of their first characters, ascending.
        ends: The positions after their last characters, ascending.
    """

    starts: list[int]
    ends: list[int]

    def near(self, start: int, end: int, low: int, high: int) -> bool:
        """Return whether a keyword between *low* and *high* is near the span from *start* to *end*."""
        before = bisect_right(self.ends, start) - 1
        if before >= 0 and self.ends[before] > low and start - self.ends[before] <= PROXIMITY:
            return True
        after = bisect_left(self.starts, end)
        return after < len(self.starts) and self.starts[after] < high and self.starts[after] - end <= PROXIMITY


@dataclass(slots=True)
class KeywordIndex:
    """A text prepared for the search of many keywords.

    Attributes:
        text: The text.
    """

    text: str
    _folded: str = field(init=False)
    _squeezed: str = field(init=False)
    _positions: np.ndarray = field(init=False)
    _found: dict[str, list[tuple[int, int]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Remove the dividers from the text, and keep the original position of each character."""
        self._folded = fold_accents(self.text)
        codes = np.frombuffer(self._folded.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        kept = ~np.isin(codes, [ord(each) for each in _DIVIDERS])
        self._positions = np.flatnonzero(kept)
        self._squeezed = codes[kept].tobytes().decode("utf-32-le", "surrogatepass")

    def spans(self, keywords: Iterable[str]) -> Spans:
        """Return the positions of all of *keywords* as whole words."""
        found = [span for keyword in keywords for span in self._spans(keyword)]
        return Spans(sorted(start for start, _ in found), sorted(end for _, end in found))

    def _spans(self, keyword: str) -> list[tuple[int, int]]:
        if keyword not in self._found:
            self._found[keyword] = self._search(keyword)
        return self._found[keyword]

    def _search(self, keyword: str) -> list[tuple[int, int]]:
        wanted = squeezed(keyword)
        dividers = len(keyword) - len(wanted)
        found = []
        place = self._squeezed.find(wanted)
        while place >= 0:
            start = int(self._positions[place])
            end = int(self._positions[place + len(wanted) - 1]) + 1
            if end - start - len(wanted) <= dividers and self._alone(wanted, start, end):
                found.append((start, end))
            place = self._squeezed.find(wanted, place + 1)
        return found

    def _alone(self, wanted: str, start: int, end: int) -> bool:
        before = start > 0 and wanted[0].isalpha() and self._folded[start - 1].isalpha()
        after = end < len(self._folded) and wanted[-1].isalpha() and self._folded[end].isalpha()
        return not (before or after)


@cache
def keywords_in_name(name: str, keywords: tuple[str, ...]) -> bool:
    """Return whether the name of a column, or the path to a value, contains one of *keywords*.

    Args:
        name: One or more names as written, separated by spaces: `customerSsn`, `credentials aws key`.
        keywords: The keywords.
    """
    divided = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    if KeywordIndex(divided).spans(keywords).starts or KeywordIndex(name).spans(keywords).starts:
        return True
    parts = re.findall(r"[^\W\d_]+", fold_accents(divided))
    long = [each for each in map(squeezed, keywords) if len(each) >= _LEAST_PART]
    return any(part.startswith(word) or part.endswith(word) for part in parts for word in long)
