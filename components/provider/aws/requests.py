"""Requests from properties, and properties from answers: the only place where names of the two sides meet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from botocore.model import ListShape, Shape, StructureShape

from components.provider.values import Properties, without_nulls
from components.resources import service_model
from components.resources.resource_type import Operation, ResourceType
from components.resources.service_model import TAGS, TAGS_ALL


def addressed(kind: ResourceType, operation: Operation, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request of an operation that needs nothing but the resource's address.

    Args:
        kind: The resource type.
        operation: A call that reads or deletes.
        values: Properties with those of the identity among them.
    """
    return request_of(kind, operation, values, kind.identity)


def request_of(
    kind: ResourceType, operation: Operation, values: Mapping[str, Any], names: Collection[str]
) -> dict[str, Any]:
    """Return the request of an operation that carries the properties *names*, as far as it can and they have values.

    Inside a property, too, an update may take less than the creation does; the rest of it replaces.
    """
    members = service_model.carried(kind, operation)
    shape = service_model.request_shape(kind, operation)
    carried = {
        member: _taken(shape.members[member], values[name])
        for name, member in members.items()
        if name in names and values.get(name) is not None
    }
    return {**operation.always, **carried}


def _taken(shape: Shape, value: Any) -> Any:  # noqa: ANN401 - any property value
    """Return the part of a value that a request takes."""
    if isinstance(shape, StructureShape) and isinstance(value, Mapping) and not shape.is_document_type:
        return {name: _taken(shape.members[name], inner) for name, inner in value.items() if name in shape.members}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_taken(shape.member, each) for each in value]
    return value


def creation(kind: ResourceType, values: Mapping[str, Any], tags: Mapping[str, str]) -> dict[str, Any]:
    """Return the request that creates a resource.

    Args:
        kind: The resource type.
        values: Its inputs.
        tags: All tags it shall have.
    """
    names = service_model.inputs(kind).keys() - kind.after_create
    request = request_of(kind, kind.create, values, names)
    return {**request, TAGS: dict(tags)} if kind.tagged and tags else request


def shown_by(kind: ResourceType, operation: Operation, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties that an answer shows."""
    found = answer if operation.answer is None else answer[operation.answer]
    named = {kind.answers.get(member, member): value for member, value in without_nulls(found).items()}
    return {name: value for name, value in named.items() if name not in kind.not_offered or name in kind.identity}


def state(kind: ResourceType, live: Mapping[str, Any], inputs: Properties, tags: Mapping[str, str]) -> Properties:
    """Return the outputs of a resource.

    Args:
        kind: The resource type.
        live: What the service shows, with the identity.
        inputs: What was stated; outputs of what is stated as a secret are secrets, too.
        tags: All its tags.
    """
    untagged = {name: value for name, value in live.items() if name != TAGS}
    stated = {name: value for name, value in inputs.values.items() if name in kind.write_only or name == TAGS}
    own = {TAGS_ALL: dict(tags)} if kind.tagged else {}
    secrets = inputs.secrets | ({(TAGS_ALL,)} if any(path[0] == TAGS for path in inputs.secrets) else frozenset())
    return Properties({**untagged, **stated, **own}, frozenset(secrets))
