"""Identifiers that a query may compare with a literal."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.personal_data import Identification
from policies.policy import Policy, Severity, Violation
from policies.rules import custom, personal
from policies.subjects import CONFIGURED_TABLES, Placed


def literal_comparison_on_identifier(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """Identifiers that a query may compare with a literal.

    Why: WHERE email = '...' asks whether one person is in the table, and what the table knows of them.
    Avoid: `allowed_literal_comparison_columns: [email]`
    Prefer: identifiers for column comparisons (joins) only
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-comparison-controls.html
    """
    rule = custom(placed.declaration)
    controls = rule.comparison_controls if rule else None
    columns = controls.allowed_literal_comparison_columns if controls else ()
    wanted = (Identification.DIRECT, Identification.PSEUDONYM)
    for index, name, pii in personal(placed.declaration, columns, *wanted):
        path = ("analysis_rule", "custom", "comparison_controls", "allowed_literal_comparison_columns", index)
        yield Violation(path, f"column {name!r} holds {pii!r} and may be compared with literals; take it off", name)


POLICY = Policy(literal_comparison_on_identifier, CONFIGURED_TABLES, Severity.CRITICAL)
