"""Custom data identifiers: a user's expression, with keywords before it and words to ignore.

Source: Macie userguide/cdis-options; API CreateCustomDataIdentifier, TestCustomDataIdentifier.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from simulator.api.macie2.detection.identifier import Severity
from simulator.api.macie2.detection.linear_regex import all_spans
from simulator.api.macie2.detection.passage import DIVIDER
from simulator.api.macie2.detection.scanning import ScannedPassage

DEFAULT_DISTANCE = 50
"""Default maximum of characters between the end of a keyword and the end of the match."""


@dataclass(frozen=True, slots=True)
class CustomIdentifier:
    """A custom data identifier.

    Attributes:
        id: Its id.
        arn: Its ARN.
        name: Its name.
        regex: The regular expression of the data.
        keywords: One of them must precede the data or be in the column's name, ignoring case; empty for no condition.
        distance: Maximum number of characters between the end of a keyword and the end of the data.
        ignored: Data that contains one of these words is not reported; case-sensitive.
        thresholds: Minimum number of occurrences and severity, ascending; empty for always Medium.
    """

    id: str
    arn: str
    name: str
    regex: str
    keywords: tuple[str, ...] = ()
    distance: int = DEFAULT_DISTANCE
    ignored: tuple[str, ...] = ()
    thresholds: tuple[tuple[int, Severity], ...] = ()

    def severity(self, count: int) -> Severity | None:
        """Return the severity of *count* occurrences; None for too few to report."""
        if not self.thresholds:
            return Severity.MEDIUM
        reached = [severity for least, severity in self.thresholds if count >= least]
        return reached[-1] if reached else None


def find_custom(scanned: ScannedPassage, identifier: CustomIdentifier) -> list[tuple[int, int]]:
    """Return where *identifier* finds data in a passage, in order."""
    lowered = [keyword.lower() for keyword in identifier.keywords]
    named = any(keyword in scanned.passage.names.lower() for keyword in lowered)
    offset, spans = 0, []
    texts = scanned.text.split(DIVIDER)
    for text, matches in zip(texts, all_spans(identifier.regex, texts), strict=True):
        ends = [] if named or not matches else _ends(text, lowered)
        for start, end in matches:
            near = named or not lowered or _preceded(ends, start, end, identifier.distance)
            if near and not any(word in text[start:end] for word in identifier.ignored):
                spans.append((offset + start, offset + end))
        offset += len(text) + 1
    return list(scanned.wanted(iter(spans)))


def _ends(text: str, keywords: list[str]) -> list[int]:
    lower, ends = text.lower(), []
    for keyword in keywords:
        place = lower.find(keyword)
        while place >= 0:
            ends.append(place + len(keyword))
            place = lower.find(keyword, place + 1)
    return sorted(ends)


def _preceded(ends: list[int], start: int, end: int, distance: int) -> bool:
    before = bisect_right(ends, start) - 1
    return before >= 0 and end - ends[before] <= distance
