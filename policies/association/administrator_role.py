"""A table read by an administrator's role."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.association import ConfiguredTableAssociation
from policies.policy import Configuration, Policy, Severity, Violation
from policies.subjects import ASSOCIATIONS, Placed


class Words(Configuration):
    """What a company sets."""

    words: tuple[str, ...] = ("admin", "administrator", "poweruser", "fullaccess", "root")
    """Words in a role's name that say that it may do more than read."""


def administrator_role(placed: Placed[ConfiguredTableAssociation], configuration: Words) -> Iterator[Violation]:
    """A table read by an administrator's role.

    Why: The service needs to read one table; a role that may do everything lets a slip elsewhere become
        everything.
    Avoid: `role_arn: arn:aws:iam::111111111111:role/Admin`
    Prefer: a role that may read this table's objects
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    """
    role = placed.declaration.role_arn
    name = role.rpartition("/")[2]
    word = next((one for one in configuration.words if one in name.lower().replace("-", "").replace("_", "")), None)
    if word is not None:
        yield Violation(("role_arn",), f"the role is called {name!r}; use one that may read this table only", role)


POLICY = Policy(administrator_role, ASSOCIATIONS, Severity.HIGH, configuration=Words)
