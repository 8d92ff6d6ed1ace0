"""A list rule that hands out pseudonyms."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.personal_data import Identification
from policies.policy import Policy, Severity, Violation
from policies.rules import listing, personal
from policies.subjects import CONFIGURED_TABLES, Placed


def pseudonym_listed(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """A list rule that hands out pseudonyms.

    Why: A hashed or internal identifier still stands for one person, and is personal data: rows about that person
        can be joined with whatever else is known under it. A list for activation is a case for a waiver.
    Avoid: `list_columns: [hashed_email]`
    Prefer: pseudonyms as `join_columns` only
    Source: https://gdpr-info.eu/recitals/no-26/
    """
    rule = listing(placed.declaration)
    columns = rule.list_columns if rule else ()
    for index, name, pii in personal(placed.declaration, columns, Identification.PSEUDONYM):
        message = f"column {name!r} holds {pii!r}, a pseudonym, and is a list column; take it off list_columns"
        yield Violation(("analysis_rule", "list", "list_columns", index), message, name)


POLICY = Policy(pseudonym_listed, CONFIGURED_TABLES, Severity.MEDIUM)
