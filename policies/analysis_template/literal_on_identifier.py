"""A template that compares an identifier with a literal or a parameter."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.analysis_template import AnalysisTemplate
from policies.policy import Policy, Severity, Violation
from policies.queries import facts_of, people_among
from policies.subjects import ANALYSIS_TEMPLATES, Placed


def literal_on_identifier(placed: Placed[AnalysisTemplate]) -> Iterator[Violation]:
    """A template that compares an identifier with a literal or a parameter.

    Why: WHERE customer_id = 'x' singles one person out; with a parameter, whoever runs the template chooses whom.
    Avoid: `WHERE customer_id = :customer`
    Prefer: identifiers compared with identifiers (joins) only
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-comparison-controls.html
    """
    facts = facts_of(placed)
    for comparison in facts.literal_comparisons if facts else ():
        written = f"parameter {comparison.parameters[0]!r}" if comparison.parameters else "a literal"
        for name, pii in people_among(placed, comparison.columns):
            where = f"line {comparison.position.line}, column {comparison.position.column}"
            message = f"{name!r}, which holds {pii!r}, is compared with {written} ({where}); take the condition out"
            yield Violation(("source",), message, name)


POLICY = Policy(literal_on_identifier, ANALYSIS_TEMPLATES, Severity.CRITICAL)
