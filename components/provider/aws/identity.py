"""A resource's id: the request members that address it, joined by slashes; `pulumi import` takes the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from components.provider.errors import InvalidPropertyError
from components.resources.resource_type import ResourceType

SEPARATOR: Final = "/"


def form(kind: ResourceType) -> str:
    """Return the form of the ids of a type, such as `membershipIdentifier/analysisTemplateIdentifier`."""
    return SEPARATOR.join(kind.identity)


def id_of(kind: ResourceType, values: Mapping[str, Any]) -> str:
    """Return the id of a resource.

    Args:
        kind: Its type.
        values: Properties with those of its identity among them.
    """
    return SEPARATOR.join(str(values[name]) for name in kind.identity)


def address(kind: ResourceType, resource_id: str) -> dict[str, str]:
    """Return the properties that an id holds.

    Raises:
        InvalidPropertyError: It has not as many parts as ids of this type have.
    """
    only = len(kind.identity) == 1  # an ARN, which has slashes of its own, always stands alone
    parts = [resource_id] if only else resource_id.split(SEPARATOR)
    if len(parts) != len(kind.identity) or not all(parts):
        raise InvalidPropertyError(
            "id", f"must have the form {form(kind)!r} for the type {kind.name}; found {resource_id!r}"
        )
    return dict(zip(kind.identity, parts, strict=True))
