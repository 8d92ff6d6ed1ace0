"""The questions that the documentation leaves open, each a setting with a strict default.

A check that meets an open question asks `Settings.reading`. Unset means: the strict reading decides the exit code, and
the verdict is *undocumented* and names the setting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Reading(StrEnum):
    """How an open question is answered."""

    UNSET = "unset"
    """Not answered: report *undocumented*."""
    STRICT = "strict"
    """The query is denied."""
    PERMISSIVE = "permissive"
    """The query is allowed."""


@dataclass(frozen=True, slots=True)
class Question:
    """One open question.

    Attributes:
        name: Name of the setting, snake_case.
        question: What the documentation leaves open; one sentence.
        leaning: What the evidence leans to, in a few words.
        source: Address of the page that raises it.
    """

    name: str
    question: str
    leaning: str
    source: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Answers to open questions; whatever is not answered stays unset.

    Attributes:
        readings: Question name to answer.
    """

    readings: Mapping[str, Reading] = field(default_factory=dict)

    def reading(self, name: str) -> Reading:
        """Return the answer to the question *name*."""
        return self.readings.get(name, Reading.UNSET)
