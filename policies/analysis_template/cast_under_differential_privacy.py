"""A conversion that can fail on one row under differential privacy."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.analysis_template import AnalysisTemplate
from declarations.query_facts import Failure
from policies.policy import Policy, Severity, Violation
from policies.queries import fallible_under_privacy
from policies.subjects import ANALYSIS_TEMPLATES, Placed


def cast_under_differential_privacy(placed: Placed[AnalysisTemplate]) -> Iterator[Violation]:
    """A conversion that can fail on one row under differential privacy.

    Why: An error comes without noise: CAST(CASE WHEN id = 'x' THEN 'no number' END AS INT) fails exactly when
        the person is there.
    Avoid: `CAST(notes AS INT)` on a table under differential privacy
    Prefer: `TRY_CAST(notes AS INT)`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-limitations.html
    """
    yield from fallible_under_privacy(placed, Failure.CONVERSION)


POLICY = Policy(cast_under_differential_privacy, ANALYSIS_TEMPLATES, Severity.HIGH)
