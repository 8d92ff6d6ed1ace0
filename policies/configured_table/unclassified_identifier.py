"""A column that is called like an identifier and declares no personal data."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.personal_data import is_identifying_name
from policies.policy import Level, Policy, Severity, Violation
from policies.subjects import CONFIGURED_TABLES, Placed


def unclassified_identifier(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """A column that is called like an identifier and declares no personal data.

    Why: Every policy about personal data reads the declared `pii`; a forgotten word lets a column pass them all.
    Avoid: `email: string`
    Prefer: `email: {type: string, pii: email}`; a waiver where the name misleads
    Source: https://gdpr-info.eu/art-4-gdpr/
    """
    table = placed.declaration
    declared = table.columns or {}
    for index, name in enumerate(table.allowed_columns):
        if is_identifying_name(name) and name in declared and declared[name].pii is None:
            message = f"column {name!r} is called like an identifier and declares no pii; say what it holds"
            yield Violation(("allowed_columns", index), message, name)


POLICY = Policy(unclassified_identifier, CONFIGURED_TABLES, Severity.MEDIUM, level=Level.ADVISORY)
