"""A column whose personal data is not declared, or not in a word that policies know."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.personal_data import is_identifying_name, not_understood
from policies.policy import Level, Policy, Severity, Violation
from policies.rules import pii_of
from policies.subjects import CONFIGURED_TABLES, Placed


def unclassified_identifier(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """A column whose personal data is not declared, or not in a word that policies know.

    Why: Every policy about personal data reads the declared `pii`; a forgotten word lets a column pass them all, and a
        word that they do not know counts as an identifier in clear text.
    Avoid: `email: string`
    Prefer: `email: {type: string, pii: email}`; a waiver where the name misleads
    Source: https://gdpr-info.eu/art-4-gdpr/
    """
    table = placed.declaration
    declared = table.columns or {}
    for index, name in enumerate(table.allowed_columns):
        if is_identifying_name(name) and name in declared and declared[name].pii is None:
            message = f"column {name!r} is called like an identifier and declares nothing personal"
            yield Violation(("allowed_columns", index), f"{message}; say what it holds, or waive this", name)
        elif (pii := pii_of(table, name)) and (doubt := not_understood(pii)):
            yield Violation(("columns", name, "pii"), f"column {name!r} declares pii {doubt}", name)


POLICY = Policy(unclassified_identifier, CONFIGURED_TABLES, Severity.MEDIUM, level=Level.ADVISORY)
