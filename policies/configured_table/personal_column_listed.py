"""A list rule that hands out what identifies a person."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.personal_data import Identification
from policies.policy import Policy, Severity, Violation
from policies.rules import listing, personal
from policies.subjects import CONFIGURED_TABLES, Placed


def personal_column_listed(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """A list rule that hands out what identifies a person.

    Why: A list column leaves the room row by row: whoever receives the overlap receives the identifiers of
        the people in it.
    Avoid: `list_columns: [email]`
    Prefer: identifiers as `join_columns` only
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-list.html
    """
    rule = listing(placed.declaration)
    for index, name, pii in personal(placed.declaration, rule.list_columns if rule else (), Identification.DIRECT):
        message = f"column {name!r} holds {pii!r} and is a list column; take it off list_columns"
        yield Violation(("analysis_rule", "list", "list_columns", index), message, name)


POLICY = Policy(personal_column_listed, CONFIGURED_TABLES, Severity.CRITICAL)
