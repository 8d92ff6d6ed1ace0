"""A division by the values of one row under differential privacy."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.analysis_template import AnalysisTemplate
from declarations.query_facts import Failure
from policies.policy import Level, Policy, Severity, Violation
from policies.queries import fallible_under_privacy
from policies.subjects import ANALYSIS_TEMPLATES, Placed


def division_under_differential_privacy(placed: Placed[AnalysisTemplate]) -> Iterator[Violation]:
    """A division by the values of one row under differential privacy.

    Why: An error comes without noise: 1 / (clicks - 5) fails exactly when somebody clicked five times.
    Avoid: `SUM(amount / quantity)`
    Prefer: `SUM(amount) / SUM(quantity)`, or `amount / NULLIF(quantity, 0)`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-limitations.html
    """
    yield from fallible_under_privacy(placed, Failure.DIVISION)


POLICY = Policy(division_under_differential_privacy, ANALYSIS_TEMPLATES, Severity.MEDIUM, Level.ADVISORY)
