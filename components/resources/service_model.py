"""What botocore's service model says about a resource type: its properties, their types, what each call carries.

A model is loaded on first use, which takes a few hundredths of a second per service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from botocore.loaders import Loader, create_loader
from botocore.model import (
    MapShape,
    OperationModel,
    ServiceModel,
    Shape,
    ShapeResolver,
    StringShape,
    StructureShape,
)

from components.resources.resource_type import Function, Operation, ResourceType

TAGS, TAGS_ALL = "tags", "tagsAll"
"""The property with a resource's own tags, and the output that also holds the provider's default tags."""

_TEXT = StringShape("String", {"type": "string"})
_TAG_MAP = MapShape(
    "TagMap",
    {"type": "map", "key": {"shape": "String"}, "value": {"shape": "String"}},
    ShapeResolver({"String": {"type": "string"}}),
)
_NOTHING = StructureShape("Nothing", {"type": "structure", "members": {}})


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a resource, or an argument or a result of a function.

    Attributes:
        name: Its name, camelCase.
        shape: Its type.
        required: Whether it must be stated; for an output, whether it is always present.
        documentation: Its meaning, in the model's HTML; `documentation.plain` converts it to text.
    """

    name: str
    shape: Shape
    required: bool
    documentation: str


@cache
def loader() -> Loader:
    """Return botocore's data loader; it caches, so that clients and descriptors share what they load."""
    return create_loader()


@cache
def service_model(service: str) -> ServiceModel:
    """Return botocore's model of *service*."""
    return ServiceModel(loader().load_service_model(service, "service-2"), service)


def operation_model(service: str, operation: str) -> OperationModel:
    """Return botocore's model of an operation.

    Raises:
        botocore.model.OperationNotFoundError: The service has no such operation.
    """
    return service_model(service).operation_model(operation)


def request_shape(resource: ResourceType, operation: Operation) -> StructureShape:
    """Return the input shape of *operation*."""
    return operation_model(resource.service, operation.name).input_shape or _NOTHING


def answer_shape(resource: ResourceType, operation: Operation) -> StructureShape:
    """Return the shape of the resource in the response of *operation*; an empty one if it returns nothing."""
    answer = operation_model(resource.service, operation.name).output_shape or _NOTHING
    if operation.answer is None:
        return answer
    shape = answer.members[operation.answer]
    if not isinstance(shape, StructureShape):
        message = f"{operation.answer!r} of {operation.name} is not a structure"
        raise TypeError(message)
    return shape


@cache
def inputs(resource: ResourceType) -> Mapping[str, Property]:
    """Return what a user may state of a resource type, by property name, in the order of the API."""
    shape = request_shape(resource, resource.create)
    found = {name: _property(name, shape, name) for name in shape.members if name not in resource.not_offered}
    for operation in resource.updates:
        update = request_shape(resource, operation)
        for name in sorted(resource.after_create & set(update.members)):
            found[name] = _property(name, update, name, required=False)
    return found


@cache
def outputs(resource: ResourceType) -> Mapping[str, Property]:
    """Return everything in the state of a resource, by property name: inputs first, then what the service adds.

    An input that every response contains counts as always present, and its type is the response's.
    """
    found = dict(inputs(resource))
    shape = answer_shape(resource, resource.read)
    for member in shape.members:
        name = resource.answers.get(member, member)
        if name in resource.not_offered:
            continue
        answered = _property(name, shape, member)
        stated = found.get(name)
        documentation = stated.documentation if stated else answered.documentation
        required = answered.required or bool(stated and stated.required)
        found[name] = Property(name, answered.shape, required, documentation)
    if resource.tagged:
        found[TAGS_ALL] = Property(TAGS_ALL, _TAG_MAP, required=True, documentation=_TAGS_ALL_DOCUMENTATION)
    if request := resource.change_request:
        found[request.identifier] = Property(request.identifier, _TEXT, required=False, documentation=_REQUEST)
        found[request.status] = Property(request.status, _TEXT, required=False, documentation=_REQUEST_STATUS)
    return found


def carried(resource: ResourceType, operation: Operation) -> dict[str, str]:
    """Return what a call sends: property (including identity and outputs) to request member.

    Members with the same value in every call (`Operation.always`) are not included.
    """
    members = set(request_shape(resource, operation).members) - set(operation.always)
    renamed = dict(operation.sends)
    same = {name: name for name in outputs(resource) if name in members and name not in renamed.values()}
    return {**same, **renamed}


def changeable(resource: ResourceType) -> frozenset[str]:
    """Return the properties that an update changes: inputs that an update operation carries and that do not replace."""
    names = {name for operation in resource.updates for name in carried(resource, operation)}
    return frozenset(names & set(inputs(resource))) - set(resource.identity) - resource.replaces


@cache
def arguments(function: Function) -> Mapping[str, Property]:
    """Return the arguments of a function, by name."""
    shape = operation_model(function.service, function.operation).input_shape or _NOTHING
    return {name: _property(name, shape, name) for name in shape.members if name not in function.not_offered}


@cache
def results(function: Function) -> Mapping[str, Property]:
    """Return the results of a function, by name."""
    shape = operation_model(function.service, function.operation).output_shape or _NOTHING
    return {name: _property(name, shape, name) for name in shape.members if name not in function.not_offered}


_TAGS_ALL_DOCUMENTATION = "All tags of the resource: its own and the default tags of its provider."
_REQUEST = "The identifier of the last change request that an update of the collaboration made; absent: none."
_REQUEST_STATUS = (
    "The status of that change request: PENDING until all members have answered, then APPROVED, DENIED, "
    "CANCELLED or COMMITTED."
)


def _property(name: str, shape: StructureShape, member: str, *, required: bool | None = None) -> Property:
    found = shape.members[member]
    stated = member in shape.required_members if required is None else required
    return Property(name, found, stated, found.documentation)
