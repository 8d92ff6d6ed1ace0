"""Validates a request against the service model, with the service's messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from declarations.service_shapes import Fault, Shape, misfits
from simulator.api.errors import FieldProblem

_MESSAGES: Final[Mapping[Fault, Callable[[Any, Any], str]]] = {
    Fault.NOT_AN_OBJECT: lambda _, value: f"must be an object; found {_kind(value)}",
    Fault.NOT_A_LIST: lambda _, value: f"must be a list; found {_kind(value)}",
    Fault.OTHER_TYPE: lambda shape, value: f"must be of type {shape.type_name}; found {_kind(value)}",
    Fault.TOO_WIDE: lambda shape, value: f"must be of type {shape.type_name}; found {value}",
    Fault.MISSING: lambda *_: "must not be null",
    Fault.NULL_ITEM: lambda *_: "must not be null",
    Fault.UNKNOWN_MEMBER: lambda *_: "is unknown to the service",
    Fault.NOT_ONE_OF_UNION: lambda shape, value: (
        f"must have exactly one of {', '.join(shape.members)}; found {sum(each is not None for each in value.values())}"
    ),
    Fault.TOO_SHORT: lambda shape, value: (
        f"must have length greater than or equal to {shape.metadata['min']}; found {len(value)}"
    ),
    Fault.TOO_LONG: lambda shape, value: (
        f"must have length less than or equal to {shape.metadata['max']}; found {len(value)}"
    ),
    Fault.TOO_SMALL: lambda shape, value: (
        f"must have value greater than or equal to {shape.metadata['min']}; found {value}"
    ),
    Fault.TOO_LARGE: lambda shape, value: (
        f"must have value less than or equal to {shape.metadata['max']}; found {value}"
    ),
    Fault.NOT_IN_ENUM: lambda shape, _: f"must satisfy enum value set: [{', '.join(shape.enum)}]",
    Fault.OTHER_PATTERN: lambda shape, _: f"must satisfy regular expression pattern: {shape.metadata['pattern']}",
}
"""The message for each fault, from the shape and the value; an optional member that is null counts as absent."""


def problems(shape: Shape, value: Any) -> Iterator[FieldProblem]:  # noqa: ANN401 - any JSON value
    """Yield every problem of *value* under *shape*.

    Args:
        shape: A shape of the service model.
        value: The value in a request or an answer; times as numbers, text or datetime.
    """
    for misfit in misfits(shape, value):
        if misfit.fault in _MESSAGES:
            message = _MESSAGES[misfit.fault](misfit.shape, misfit.value)
            yield FieldProblem(".".join(map(str, misfit.path)), f"Member {message}")


def _kind(value: Any) -> str:  # noqa: ANN401 - any JSON value
    names = {dict: "an object", list: "a list", str: "text", bool: "a boolean", int: "a number", float: "a number"}
    return names.get(type(value), "null")
