"""A computation that can overflow on one row under differential privacy."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.analysis_template import AnalysisTemplate
from declarations.query_facts import Failure
from policies.policy import Policy, Severity, Violation
from policies.queries import fallible_under_privacy
from policies.subjects import ANALYSIS_TEMPLATES, Placed


def overflow_under_differential_privacy(placed: Placed[AnalysisTemplate]) -> Iterator[Violation]:
    """A computation that can overflow on one row under differential privacy.

    Why: An error comes without noise: clicks * 9223372036854775807 fails exactly when somebody clicked twice.
    Avoid: `clicks * 9223372036854775807`, `POWER(clicks, :exponent)`
    Prefer: sums, and arithmetic on the sums
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-limitations.html
    """
    yield from fallible_under_privacy(placed, Failure.OVERFLOW)


POLICY = Policy(overflow_under_differential_privacy, ANALYSIS_TEMPLATES, Severity.HIGH)
