"""Whether properties fit the service model, told at preview and for every property at once; unknowns are not judged.

botocore checks a request only when it is sent, by then half of a stack may exist, and neither enums, patterns nor upper
limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from botocore.model import Shape

from components.provider.errors import InvalidPropertyError
from components.provider.properties.places import Place
from components.provider.values import Properties
from components.resources.service_model import Property
from declarations.naming import did_you_mean, listed
from declarations.service_shapes import BITS, Fault, Misfit, misfits

_TYPES: Final[Mapping[str, str]] = {
    "string": "text",
    "boolean": "true or false",
    "integer": "a whole number",
    "long": "a whole number",
    "float": "a number",
    "double": "a number",
    "timestamp": "a time, such as '2026-01-31T00:00:00Z'",
    "blob": "bytes, written in Base64",
}
_THINGS: Final[Mapping[str, str]] = {"list": "items", "map": "entries", "string": "characters"}


def problems(known: Mapping[str, Property], stated: Properties) -> Iterator[InvalidPropertyError]:
    """Yield everything that is wrong with the properties of a resource or the arguments of a function.

    Args:
        known: What there is, by name.
        stated: What was stated; secrets are not shown.
    """
    for name, found in known.items():
        if name in stated.values:
            for misfit in misfits(found.shape, stated.values[name], (name,)):
                yield _problem(misfit, Place(misfit.path, stated.secrets))
        elif found.required:
            yield Place((name,), stated.secrets).problem("is required")
    for name in stated.values:
        if name not in known:
            yield InvalidPropertyError(
                name, f"is not a property of it (there are {listed(known)}){did_you_mean(name, known)}"
            )


def _problem(misfit: Misfit, place: Place) -> InvalidPropertyError:
    if misfit.fault in _WRONG_VALUES:
        return place.found(_WRONG_VALUES[misfit.fault](misfit.shape), misfit.value)
    if misfit.fault is Fault.NOT_IN_ENUM:
        allowed = misfit.shape.enum
        near = "" if place.is_secret else did_you_mean(misfit.value, allowed)
        return place.problem(f"{place.found(f'must be one of {listed(allowed)}', misfit.value).reason}{near}")
    if misfit.fault is Fault.UNKNOWN_MEMBER:
        known = list(misfit.shape.members)
        return place.problem(f"is unknown (there are {listed(known)}){did_you_mean(str(misfit.path[-1]), known)}")
    return place.problem(_OTHER[misfit.fault](misfit.shape, misfit.value))


_WRONG_VALUES: Final[Mapping[Fault, Callable[[Any], str]]] = {
    Fault.NOT_AN_OBJECT: lambda _: "must be an object",
    Fault.NOT_A_LIST: lambda _: "must be a list",
    Fault.OTHER_TYPE: lambda shape: f"must be {_TYPES[shape.type_name]}",
    Fault.TOO_WIDE: lambda shape: f"must be a whole number of {BITS[shape.type_name]} bits",
    Fault.TOO_SMALL: lambda shape: f"must be at least {shape.metadata['min']:,}",
    Fault.TOO_LARGE: lambda shape: f"must be at most {shape.metadata['max']:,}",
    Fault.OTHER_PATTERN: lambda shape: f"must match the pattern '{shape.metadata['pattern']}'",
}
"""What is wanted of a shape, where the value is told with it."""

_OTHER: Final[Mapping[Fault, Callable[[Any, Any], str]]] = {
    Fault.MISSING: lambda *_: "is required",
    Fault.NULL_MEMBER: lambda *_: "must not be null",
    Fault.NULL_ITEM: lambda *_: "must not be null",
    Fault.NOT_ONE_OF_UNION: lambda shape, value: (
        f"must have exactly one of {listed(shape.members)}; found {listed(value)}"
    ),
    Fault.TOO_SHORT: lambda shape, value: _wrong_length("at least", shape.metadata["min"], shape, value),
    Fault.TOO_LONG: lambda shape, value: _wrong_length("at most", shape.metadata["max"], shape, value),
}
"""What is said of a shape and a value, where no secret can come out."""


def _wrong_length(bound: str, limit: int, shape: Shape, value: Any) -> str:  # noqa: ANN401 - text, a list or a map
    only = shape.metadata.get("min") == shape.metadata.get("max")
    return f"must have {'exactly' if only else bound} {limit:,} {_THINGS[shape.type_name]}; found {len(value):,}"
