"""The service model of an AWS service from botocore: its operations with their addresses, shapes and errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from botocore import xform_name
from botocore.loaders import create_loader
from botocore.model import ListShape, OperationModel, Shape, StructureShape
from botocore.model import ServiceModel as BotocoreModel


@dataclass(frozen=True, slots=True)
class Paging:
    """How the result of a list operation is split into pages.

    Attributes:
        items: The output member that holds the list.
        most: The maximum page size, which is also the default.
    """

    items: str
    most: int


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a service.

    Attributes:
        name: The API's name, such as `GetCollaboration`.
        function: The name of the function that implements it, such as `get_collaboration`.
        method: The HTTP method.
        path: The path with its labels, such as `/collaborations/{collaborationIdentifier}`.
        status: The HTTP status of success.
        input: The shape of the input.
        output: The shape of the answer.
        errors: The names of the errors that it may return.
        paging: How its list is split; None when it is not paginated.
    """

    name: str
    function: str
    method: str
    path: str
    status: int
    input: StructureShape
    output: StructureShape
    errors: frozenset[str]
    paging: Paging | None


@dataclass(frozen=True, slots=True)
class ServiceModel:
    """A service.

    Attributes:
        name: botocore's name, such as `cleanrooms`.
        host: The first part of the service's host name.
        operations: The operations by their API names.
        error_shapes: The shapes of the service's errors, by name.
        error_statuses: The HTTP status of each error.
    """

    name: str
    host: str
    operations: Mapping[str, Operation]
    error_shapes: Mapping[str, StructureShape]
    error_statuses: Mapping[str, int]


@cache
def load_service_model(name: str) -> ServiceModel:
    """Return the model of the service that botocore calls *name*."""
    model = BotocoreModel(create_loader().load_service_model(name, "service-2"), name)
    errors = {shape.error_code: shape for shape in model.error_shapes}
    return ServiceModel(
        name=name,
        host=model.endpoint_prefix,
        operations={each: _operation(model.operation_model(each)) for each in model.operation_names},
        error_shapes=errors,
        error_statuses={
            code: shape.metadata.get("error", {}).get("httpStatusCode", 400) for code, shape in errors.items()
        },
    )


def _operation(model: OperationModel) -> Operation:
    empty = StructureShape("Nothing", {"type": "structure", "members": {}})
    asked, answer = model.input_shape or empty, model.output_shape or empty
    return Operation(
        name=model.name,
        function=xform_name(model.name),
        method=model.http["method"],
        path=model.http["requestUri"].partition("?")[0],
        status=model.http.get("responseCode", 200),
        input=asked,
        output=answer,
        errors=frozenset(shape.error_code for shape in model.error_shapes),
        paging=_paging(asked, answer),
    )


def _paging(asked: StructureShape, answer: StructureShape) -> Paging | None:
    if "nextToken" not in answer.members or "maxResults" not in asked.members:
        return None
    (items,) = (name for name, shape in answer.members.items() if isinstance(shape, ListShape))
    return Paging(items, _most(asked.members["maxResults"]))


def _most(shape: Shape) -> int:
    return int(shape.metadata.get("max", 100))
