"""Answers to the questions that the documentation leaves open.

A check that depends on an open question calls `Settings.reading`. If it is unset, the strict reading decides the exit
code, and the verdict is *undocumented* and names the setting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from declarations.naming import did_you_mean
from simulator.open_questions import QUESTIONS, Question, Topic

__all__ = ["QUESTIONS", "Question", "Reading", "Settings", "Topic"]

_NAMES = {question.name: question for question in QUESTIONS}


class Reading(StrEnum):
    """How an open question is answered."""

    UNSET = "unset"
    """Not answered: report *undocumented*."""
    STRICT = "strict"
    """The query is denied."""
    PERMISSIVE = "permissive"
    """The query is allowed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Answers to open questions; whatever is not answered stays unset.

    Attributes:
        readings: Question name to answer.

    Raises:
        ValueError: A name is not that of an open question about queries, or an answer is not a reading.
    """

    readings: Mapping[str, Reading] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, reading in self.readings.items():
            if question_named(name).topic is not Topic.QUERY:
                raise ValueError(f"{name!r} cannot be set: its answer changes no verdict")
            if reading not in set(Reading):
                raise ValueError(f"{name}: {reading!r} is not an answer; one of {', '.join(Reading)}")

    def reading(self, name: str) -> Reading:
        """Return the answer to the question *name*.

        Raises:
            ValueError: *name* is not that of an open question.
        """
        question_named(name)
        return Reading(self.readings.get(name, Reading.UNSET))


def question_named(name: str) -> Question:
    """Return the open question of that name.

    Raises:
        ValueError: There is none; the message suggests the most similar name.
    """
    if name in _NAMES:
        return _NAMES[name]
    raise ValueError(f"{name!r} is not an open question{did_you_mean(name, _NAMES)}")
