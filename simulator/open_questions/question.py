"""What an open question is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Topic(StrEnum):
    """What the answer to an open question changes."""

    QUERY = "query"
    """Whether a query may run: some check asks it."""
    RESULTS = "results"
    """Which rows come out of an allowed query."""
    DECLARATION = "declaration"
    """Whether a declaration is valid."""
    DOCUMENTATION = "documentation"
    """Nothing that is judged: an editing slip, or where an error surfaces."""
    FIXED = "fixed"
    """Nothing: the reading that it leans to is taken everywhere; the other one would refuse everyday queries."""


@dataclass(frozen=True, slots=True)
class Question:
    """One open question.

    Attributes:
        name: Name of the setting, snake_case.
        corpus_id: Its id in the conformance cases, or that of the case that shows it; "" when none does.
        question: What the documentation leaves open.
        leaning: What the evidence leans to, in a few words.
        source: Address of the page that raises it.
        topic: What its answer changes.
    """

    name: str
    corpus_id: str
    question: str
    leaning: str
    source: str
    topic: Topic = Topic.QUERY
