"""An open question, and what its answer changes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Topic(StrEnum):
    """What the answer to an open question changes."""

    QUERY = "query"
    """Whether a query may run: some check depends on it."""
    RESULTS = "results"
    """Which rows an allowed query returns."""
    DECLARATION = "declaration"
    """Whether a declaration is valid."""
    DOCUMENTATION = "documentation"
    """No verdict: it is about an editing slip, or about where an error surfaces."""
    FIXED = "fixed"
    """Nothing: the simulator always uses the likelier reading; the other one would refuse everyday queries."""


@dataclass(frozen=True, slots=True)
class Question:
    """One open question.

    Attributes:
        name: Name of the setting, snake_case.
        corpus_id: Its id in the conformance cases, or that of the case that shows it; "" when none does.
        question: What the documentation leaves open.
        leaning: The likelier answer by the evidence, in a few words.
        source: Address of the page that raises it.
        topic: What its answer changes.
    """

    name: str
    corpus_id: str
    question: str
    leaning: str
    source: str
    topic: Topic = Topic.QUERY
