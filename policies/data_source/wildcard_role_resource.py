"""A role that may read more than the table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from declarations.data_source import DataSource
from policies.policy import Policy, Severity, Violation
from policies.subjects import DATA_SOURCES, Placed

_WILDCARDS: Final = ("*", "?")
_WITHOUT_RESOURCE: Final = "lakeformation:GetDataAccess"
"""An action that takes no resource: Lake Formation itself decides on which tables. Source: service-authorization."""


def wildcard_role_resource(placed: Placed[DataSource]) -> Iterator[Violation]:
    """A role that may read more than the table.

    Why: A role over every bucket reads whatever anybody stores there later.
    Avoid: `resource: ["*"]`
    Prefer: `resource: [arn:aws:s3:::sales-bucket/orders/*]`
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    """
    for index, statement in enumerate(placed.declaration.role_statements or ()):
        for position, resource in enumerate(statement.resource):
            if _is_everything(resource) and set(statement.action) != {_WITHOUT_RESOURCE}:
                path = ("role_statements", index, "resource", position)
                message = f"the role may use {resource!r}; name the bucket and prefix, table or key that reading needs"
                yield Violation(path, message, resource)


def _is_everything(resource: str) -> bool:
    """Return whether the resource part of an ARN (or the whole text, if it is not an ARN) begins with a wildcard.

    Except for S3, the kind of resource comes before the name: `key/*` stands for every key.
    """
    parts = resource.split(":", maxsplit=5)
    whole, name = parts[-1], parts[-1].partition("/")[2]
    return whole.startswith(_WILDCARDS) or ("s3" not in parts and name.startswith(_WILDCARDS))


POLICY = Policy(wildcard_role_resource, DATA_SOURCES, Severity.HIGH)
