"""A shared table whose columns are not declared."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from declarations.naming import listed
from policies.policy import Policy, Severity, Violation
from policies.subjects import CONFIGURED_TABLES, Placed


def undeclared_columns(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """A shared table whose columns are not declared.

    Why: Policies about personal data read the declared columns; what is not declared cannot be protected by
        them.
    Avoid: `allowed_columns` without `columns`
    Prefer: `columns: {email: {type: string, pii: email}}`
    Source: https://gdpr-info.eu/art-30-gdpr/
    """
    table = placed.declaration
    undeclared = [name for name in table.allowed_columns if name not in (table.columns or {})]
    if undeclared:
        message = f"{listed(undeclared)} of the allowed columns are not declared; say their types and what they hold"
        yield Violation(("allowed_columns",), message)


POLICY = Policy(undeclared_columns, CONFIGURED_TABLES, Severity.MEDIUM)
