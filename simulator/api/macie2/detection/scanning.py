"""Finds the data of managed data identifiers in a passage."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from simulator.api.macie2.detection.identifier import Identifier, Nearness, Rule
from simulator.api.macie2.detection.keywords import KeywordIndex, keywords_in_name
from simulator.api.macie2.detection.passage import DIVIDER, Passage, Place


@dataclass(slots=True)
class ScannedPassage:
    """A passage that is searched for many identifiers; patterns and keywords that they share are searched once.

    Attributes:
        passage: The passage.
        text: Its units with dividers between them.
    """

    passage: Passage
    text: str = field(init=False)
    _starts: list[int] = field(init=False)
    _index: KeywordIndex | None = field(init=False, default=None)
    _matches: dict[re.Pattern[str], list[tuple[int, int]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Join the units."""
        self.text = DIVIDER.join(unit.replace(DIVIDER, " ") for unit in self.passage.units)
        self._starts = [0, *accumulate(len(unit) + 1 for unit in self.passage.units)]

    @property
    def index(self) -> KeywordIndex:
        """The index for the search of keywords in the passage."""
        if self._index is None:
            self._index = KeywordIndex(self.text)
        return self._index

    def find(self, identifier: Identifier) -> list[tuple[int, int]]:
        """Return the spans where *identifier* finds data, in order and without overlaps."""
        spans = sorted(span for rule in identifier.rules for span in self._found(rule))
        return list(self.wanted(_without_overlaps(spans)))

    def wanted(self, spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Yield the *spans* that belong to this passage and not to its neighbours."""
        last = len(self.text) + 1 if self.passage.last is None else self.passage.last
        return (span for span in spans if self.passage.first <= span[0] < last)

    def unit_of(self, start: int) -> tuple[int, int, int]:
        """Return the index of the unit at position *start*, and where the unit begins and ends."""
        unit = bisect_right(self._starts, start) - 1
        return unit, self._starts[unit], self._starts[unit + 1] - 1

    def place(self, start: int, end: int) -> Place:
        """Return the place of the span from *start* to *end*."""
        unit, begin, _ = self.unit_of(start)
        return self.passage.place(unit, start - begin, end - begin)

    def _found(self, rule: Rule) -> Iterator[tuple[int, int]]:
        if rule.nearness is Nearness.IRRELEVANT:
            return self._valid(rule, self._all(rule.pattern))
        named = bool(self.passage.names) and keywords_in_name(self.passage.names, rule.keywords)
        if named:
            spans = self._all(rule.pattern) if rule.nearness is Nearness.NEEDED else []
            return self._valid(rule, spans)
        return self._valid(rule, self._by_keywords(rule))

    def _by_keywords(self, rule: Rule) -> Iterator[tuple[int, int]]:
        needed = rule.nearness is Nearness.NEEDED
        keywords = self.index.spans(rule.keywords)
        if needed and not keywords.starts:
            return
        for start, end in self._all(rule.pattern):
            _, low, high = self.unit_of(start)
            if keywords.near(start, end, low, high) == needed:
                yield start, end

    def _valid(self, rule: Rule, spans: Iterator[tuple[int, int]] | list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        return ((start, end) for start, end in spans if rule.valid(self.text[start:end]))

    def _all(self, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
        if pattern not in self._matches:
            self._matches[pattern] = [match.span() for match in pattern.finditer(self.text)]
        return self._matches[pattern]


def _without_overlaps(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    reached = -1
    for start, end in spans:
        if start >= reached:
            yield start, end
            reached = end
