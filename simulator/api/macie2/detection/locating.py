"""Searches an object for sensitive data, and counts and locates the occurrences.

Source: Macie userguide/findings-severity, userguide/findings-types; API ClassificationResult, quotas of locations.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from simulator.api.macie2.detection import custom
from simulator.api.macie2.detection.custom import CustomIdentifier
from simulator.api.macie2.detection.identifier import Identifier
from simulator.api.macie2.detection.linear_regex import SlowRegexError
from simulator.api.macie2.detection.passage import Passage, Place
from simulator.api.macie2.detection.reading import passages
from simulator.api.macie2.detection.reading_errors import MalformedError, UnreadableError
from simulator.api.macie2.detection.scanning import ScannedPassage

MOST_PLACES = 15
"""Maximum number of places in a finding. Source: userguide/macie-quotas."""

_CANDIDATES = 200
"""Number of occurrences of one type that are located in each passage; enough to find every column that has it."""

Ignored = Callable[[list[str]], list[bool]]
"""Returns for each text whether an allow list contains it."""


@dataclass(slots=True)
class Tally:
    """The occurrences of one identifier in an object.

    Attributes:
        count: Number of occurrences.
        places: Places of some of them: the first of every column, then others.
    """

    count: int = 0
    places: list[Place] = field(default_factory=list)
    _looked: int = 0
    _groups: dict[str, None] = field(default_factory=dict)

    def add(self, place: Callable[[], Place]) -> None:
        """Count an occurrence; *place* is called only while further places are needed."""
        self.count += 1
        self._looked += 1
        if self._looked <= _CANDIDATES:
            self._take(place())

    def next_passage(self) -> None:
        """Resume locating occurrences, since the next passage may be of another column."""
        self._looked = 0 if len(self._groups) < MOST_PLACES else self._looked

    def _take(self, place: Place) -> None:
        if place.group not in self._groups:
            self._groups[place.group] = None
            self.places.insert(len(self._groups) - 1, place)
            del self.places[MOST_PLACES:]
        elif len(self.places) < MOST_PLACES:
            self.places.append(place)


@dataclass(frozen=True, slots=True)
class Inspected:
    """The result of the analysis of an object.

    Attributes:
        managed: The occurrences of managed data identifiers, by id; only those with any.
        custom: The same for custom data identifiers.
        problem: Why the object was not analysed, or only in part; None when it was analysed completely.
    """

    managed: Mapping[str, Tally]
    custom: Mapping[str, Tally]
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Inspector:
    """The identifiers for which a job searches.

    Attributes:
        managed: Managed data identifiers.
        custom: Custom data identifiers.
        ignored: The allow lists; None for none.
        between: Called between two passages; it raises to stop.
    """

    managed: Collection[Identifier]
    custom: Collection[CustomIdentifier]
    ignored: Ignored | None = None
    between: Callable[[], None] = lambda: None

    def inspect(self, content: bytes, key: str) -> Inspected:
        """Return the sensitive data in an object of that content and key; a malformed one is read as text."""
        try:
            return self._inspect(passages(content, key))
        except MalformedError:
            return self._inspect(passages(content, key, as_text=True))

    def _inspect(self, found: Iterator[Passage]) -> Inspected:
        tallies: dict[str, Tally] = {}
        problem = None
        try:
            for passage in found:
                self.between()
                self._search(ScannedPassage(passage), tallies)
        except UnreadableError as error:
            problem = error.reason
        except SlowRegexError:
            problem = "EXPRESSION_TOOK_TOO_LONG"  # not a code of the service, which does not document its limits
        counted = {each: tally for each, tally in tallies.items() if tally.count}
        managed = {each.id: counted[each.id] for each in self.managed if each.id in counted}
        own = {each.id: counted[each.id] for each in self.custom if each.id in counted}
        return Inspected(managed, own, problem)

    def _search(self, scanned: ScannedPassage, tallies: dict[str, Tally]) -> None:
        for identifier in self.managed:
            if spans := scanned.find(identifier):
                self._count(scanned, spans, tallies.setdefault(identifier.id, Tally()), identifier.most)
        for own in self.custom:
            if spans := custom.find_custom(scanned, own):
                self._count(scanned, spans, tallies.setdefault(own.id, Tally()))

    def _count(
        self, scanned: ScannedPassage, spans: list[tuple[int, int]], tally: Tally, most: int | None = None
    ) -> None:
        if self.ignored is not None:
            texts = [scanned.text[start:end] for start, end in spans]
            spans = [span for span, ignored in zip(spans, self.ignored(texts), strict=True) if not ignored]
        tally.next_passage()
        for start, end in spans:
            if most is not None and tally.count >= most:
                return
            tally.add(partial(scanned.place, start, end))
