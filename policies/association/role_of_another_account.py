"""A table read by a role of another account."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.association import ConfiguredTableAssociation
from policies.policy import Policy, Severity, Violation
from policies.subjects import ASSOCIATIONS, Placed


def role_of_another_account(placed: Placed[ConfiguredTableAssociation]) -> Iterator[Violation]:
    """A table read by a role of another account.

    Why: Whoever owns the role decides who else may use it; the table's owner cannot take the access away.
    Avoid: `role_arn: arn:aws:iam::999999999999:role/reader`
    Prefer: a role of the member's own account
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    """
    role = placed.declaration.role_arn
    account = role.split(":")[4]
    if account != placed.owner:
        found = f"the role belongs to account {account!r}, the table to {placed.owner!r}"
        yield Violation(("role_arn",), f"{found}; use a role of the table's account", role)


POLICY = Policy(role_of_another_account, ASSOCIATIONS, Severity.CRITICAL)
