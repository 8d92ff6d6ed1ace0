"""Identifiers that a query may put into its result."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.personal_data import Identification
from policies.policy import Policy, Severity, Violation
from policies.rules import custom, personal
from policies.subjects import CONFIGURED_TABLES, Placed


def personal_output_column(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """Identifiers that a query may put into its result.

    Why: Whatever protects the counts, a query that selects the identifier itself takes away the list of
        people.
    Avoid: a custom rule without `disallowed_output_columns`
    Prefer: `disallowed_output_columns: [email, customer_id]`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/disallowed-output-columns.html
    """
    table = placed.declaration
    rule = custom(table)
    if rule is None or rule.differential_privacy or rule.aggregation_thresholds:
        return
    if set(rule.allowed_analyses) <= {"ANY_JOB"}:
        return
    for _, name, pii in personal(table, table.allowed_columns, Identification.DIRECT, Identification.PSEUDONYM):
        if name not in (rule.disallowed_output_columns or ()):
            message = f"queries may select {name!r}, which holds {pii!r}; add it to disallowed_output_columns"
            yield Violation(("analysis_rule", "custom", "disallowed_output_columns"), message, name)


POLICY = Policy(personal_output_column, CONFIGURED_TABLES, Severity.HIGH)
