"""A role that may do more than read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from declarations.data_source import DataSource
from policies.data_source.wildcard_role_action import READING
from policies.policy import Policy, Severity, Violation
from policies.subjects import DATA_SOURCES, Placed

_READING_TOO: Final = "kms:Decrypt"


def writing_role(placed: Placed[DataSource]) -> Iterator[Violation]:
    """A role that may do more than read.

    Why: The service only reads the table; whoever can use a role that writes can change the rows that others
        count on.
    Avoid: `action: [s3:PutObject]`
    Prefer: `action: [s3:GetObject, s3:ListBucket, glue:GetTable, kms:Decrypt]`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/associate-configured-table.html
    """
    for index, statement in enumerate(placed.declaration.role_statements or ()):
        for position, action in enumerate(statement.action):
            verb = action.partition(":")[2]
            named = verb and not any(wildcard in verb for wildcard in "*?")
            if named and not verb.startswith(READING) and action != _READING_TOO:
                path = ("role_statements", index, "action", position)
                yield Violation(path, f"the role may do {action!r}, which does more than read; take it off", action)


POLICY = Policy(writing_role, DATA_SOURCES, Severity.HIGH)
