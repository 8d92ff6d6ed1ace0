"""A table read by an administrator's role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from declarations.association import ConfiguredTableAssociation
from policies.policy import Configuration, Policy, Severity, Violation
from policies.subjects import ASSOCIATIONS, Placed


class Words(Configuration):
    """What a company sets."""

    words: tuple[str, ...] = (
        "admin",
        "administrator",
        "administrators",
        "poweruser",
        "fullaccess",
        "root",
        "superuser",
    )
    """Lower-case words (or two adjacent words, joined) in a role's name that mark it as more than read-only."""


def administrator_role(placed: Placed[ConfiguredTableAssociation], configuration: Words) -> Iterator[Violation]:
    """A table read by an administrator's role.

    Why: The service needs to read one table; with a role that may do everything, a small mistake elsewhere can expose
        everything.
    Avoid: `role_arn: arn:aws:iam::111111111111:role/Admin`
    Prefer: a role that may read this table's objects
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    """
    role = placed.declaration.role_arn
    name = role.rpartition("/")[2]
    if _words(name) & set(configuration.words):
        yield Violation(("role_arn",), f"the role is called {name!r}; use one that may read this table only", role)


def _words(name: str) -> set[str]:
    """Return the words of a name and each adjacent pair joined: `FullAccess` gives full, access and fullaccess."""
    words = [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]
    return {*words, *(first + second for first, second in pairwise(words))}


POLICY = Policy(administrator_role, ASSOCIATIONS, Severity.HIGH, configuration=Words)
