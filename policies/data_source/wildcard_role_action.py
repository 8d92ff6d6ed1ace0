"""A role that may do whatever a wildcard stands for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from declarations.data_source import DataSource
from policies.policy import Policy, Severity, Violation
from policies.subjects import DATA_SOURCES, Placed

READING: Final = ("BatchGet", "Describe", "Get", "Head", "List")
"""Prefixes of the names of read-only actions."""


def wildcard_role_action(placed: Placed[DataSource]) -> Iterator[Violation]:
    """A role that may do whatever a wildcard stands for.

    Why: The service needs to read objects and the catalogue; a wildcard lets it, and whoever assumes the
        role, write and delete.
    Avoid: `action: [s3:*]`
    Prefer: `action: [s3:GetObject, s3:ListBucket, glue:GetTable]`
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    """
    for index, statement in enumerate(placed.declaration.role_statements or ()):
        for position, action in enumerate(statement.action):
            if not _is_named(action):
                path = ("role_statements", index, "action", position)
                yield Violation(path, f"the role may do {action!r}; name the actions that reading needs", action)


def _is_named(action: str) -> bool:
    """Return whether an action has no wildcard, or covers only read actions."""
    verb = action.partition(":")[2] or action
    return not any(wildcard in verb for wildcard in "*?") or verb.startswith(READING)


POLICY = Policy(wildcard_role_action, DATA_SOURCES, Severity.HIGH)
