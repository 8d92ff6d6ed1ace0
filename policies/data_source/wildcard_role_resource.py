"""A role that may read more than the table."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.data_source import DataSource
from policies.policy import Policy, Severity, Violation
from policies.subjects import DATA_SOURCES, Placed


def wildcard_role_resource(placed: Placed[DataSource]) -> Iterator[Violation]:
    """A role that may read more than the table.

    Why: A role over every bucket reads whatever anybody stores there later.
    Avoid: `resource: ["*"]`
    Prefer: `resource: [arn:aws:s3:::sales-bucket/orders/*]`
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    """
    for index, statement in enumerate(placed.declaration.role_statements or ()):
        for position, resource in enumerate(statement.resource):
            if resource == "*" or resource.startswith("arn:aws:s3:::*"):
                path = ("role_statements", index, "resource", position)
                yield Violation(path, f"the role may use {resource!r}; name the table's bucket and prefix", resource)


POLICY = Policy(wildcard_role_resource, DATA_SOURCES, Severity.HIGH)
