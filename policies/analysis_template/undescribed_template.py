"""A template that does not say what it is for."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.analysis_template import AnalysisTemplate
from policies.policy import Level, Policy, Severity, Violation
from policies.subjects import ANALYSIS_TEMPLATES, Placed


def undescribed_template(placed: Placed[AnalysisTemplate]) -> Iterator[Violation]:
    """A template that does not say what it is for.

    Why: The owners of tables approve a template for a purpose; its description is all that they see besides the code.
    Avoid: no `description`
    Prefer: `description: Sales of mailed and other households in one campaign`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/create-sql-analysis-template.html
    """
    if not (placed.declaration.description or "").strip():
        yield Violation(("description",), "description is absent; say what the result is used for")


POLICY = Policy(undescribed_template, ANALYSIS_TEMPLATES, Severity.LOW, level=Level.ADVISORY)
