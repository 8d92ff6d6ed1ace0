"""A template whose result shows what identifies a person."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.analysis_template import AnalysisTemplate
from policies.policy import Policy, Severity, Violation
from policies.queries import facts_of, people_among
from policies.subjects import ANALYSIS_TEMPLATES, Placed


def personal_column_selected(placed: Placed[AnalysisTemplate]) -> Iterator[Violation]:
    """A template whose result shows what identifies a person.

    Why: Whoever approves a template approves its result; one row per person is a list of people, also under another
        name or through LOWER or MAX.
    Avoid: `SELECT customer_id AS id, SUM(amount) ... GROUP BY customer_id`
    Prefer: `SELECT COUNT(DISTINCT customer_id), SUM(amount)`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/disallowed-output-columns.html
    """
    facts = facts_of(placed)
    for output in facts.outputs if facts else ():
        for name, pii in people_among(placed, output.columns):
            where = f"line {output.position.line}, column {output.position.column}"
            message = f"result column {output.name!r} ({where}) shows {name!r}, which holds {pii!r}; count it instead"
            yield Violation(("source",), message, name)


POLICY = Policy(personal_column_selected, ANALYSIS_TEMPLATES, Severity.HIGH)
