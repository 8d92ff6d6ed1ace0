"""Whether properties fit the service model, told at preview and for every property at once; unknowns are not judged.

botocore checks a request only when it is sent, by then half of a stack may exist, and neither enums, patterns nor upper
limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from components.provider.errors import InvalidPropertyError
from components.provider.places import Place
from components.provider.values import UNKNOWN, Properties
from components.resources.service_model import Property
from declarations.naming import did_you_mean, listed
from declarations.service_patterns import matcher

_TYPES: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "string": ((str,), "text"),
    "boolean": ((bool,), "true or false"),
    "integer": ((int,), "a whole number"),
    "long": ((int,), "a whole number"),
    "float": ((int, float), "a number"),
    "double": ((int, float), "a number"),
    "timestamp": ((int, float, str, datetime), "a time, such as '2026-01-31T00:00:00Z'"),
}


def problems(known: Mapping[str, Property], stated: Properties) -> Iterator[InvalidPropertyError]:
    """Yield everything that is wrong with the properties of a resource or the arguments of a function.

    Args:
        known: What there is, by name.
        stated: What was stated; secrets are not shown.
    """
    for name, found in known.items():
        place = Place((name,), stated.secrets)
        if name in stated.values:
            yield from _wrong(found.shape, stated.values[name], place)
        elif found.required:
            yield place.problem("is required")
    for name in stated.values:
        if name not in known:
            yield InvalidPropertyError(
                name, f"is no property of it (there are {listed(known)}){did_you_mean(name, known)}"
            )


def _wrong(shape: Shape, value: Any, place: Place) -> Iterator[InvalidPropertyError]:  # noqa: ANN401 - any property value
    if value is UNKNOWN:
        return
    if isinstance(shape, StructureShape):
        yield from _structure(shape, value, place)
    elif isinstance(shape, ListShape):
        yield from _list(shape, value, place)
    elif isinstance(shape, MapShape):
        yield from _map(shape, value, place)
    else:
        yield from _scalar(shape, value, place)


def _structure(shape: StructureShape, value: Any, place: Place) -> Iterator[InvalidPropertyError]:  # noqa: ANN401
    if shape.is_document_type:
        return
    if not isinstance(value, Mapping):
        yield place.found("must be an object", value)
        return
    for member in shape.required_members:
        if member not in value:
            yield place.inside(member).problem("is required")
    for member, inner in value.items():
        if member in shape.members:
            yield from _wrong(shape.members[member], inner, place.inside(member))
        else:
            known = list(shape.members)
            yield place.inside(member).problem(f"is unknown (there are {listed(known)}){did_you_mean(member, known)}")
    if shape.is_tagged_union and len(value) != 1:
        yield place.problem(f"must have exactly one of {listed(shape.members)}; found {listed(value)}")


def _list(shape: ListShape, value: Any, place: Place) -> Iterator[InvalidPropertyError]:  # noqa: ANN401
    if not isinstance(value, list):
        yield place.found("must be a list", value)
        return
    yield from _length(shape, value, "items", place)
    for index, item in enumerate(value):
        if item is None:
            yield place.inside(index).problem("must not be null")
        else:
            yield from _wrong(shape.member, item, place.inside(index))


def _map(shape: MapShape, value: Any, place: Place) -> Iterator[InvalidPropertyError]:  # noqa: ANN401
    if not isinstance(value, Mapping):
        yield place.found("must be an object", value)
        return
    yield from _length(shape, value, "entries", place)
    for key, item in value.items():
        yield from _wrong(shape.key, key, place.inside(key))
        yield from _wrong(shape.value, item, place.inside(key))


def _scalar(shape: Shape, value: Any, place: Place) -> Iterator[InvalidPropertyError]:  # noqa: ANN401
    types, wanted = _TYPES[shape.type_name]
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        yield place.found(f"must be {wanted}", value)
    elif isinstance(shape, StringShape):
        yield from _string(shape, str(value), place)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _range(shape, value, place)


def _string(shape: StringShape, value: str, place: Place) -> Iterator[InvalidPropertyError]:
    if shape.enum:
        if value not in shape.enum:
            near = "" if place.is_secret else did_you_mean(value, shape.enum)
            problem = place.found(f"must be one of {listed(shape.enum)}", value)
            yield place.problem(f"{problem.reason}{near}")
        return
    wrong = list(_length(shape, value, "characters", place))
    yield from wrong
    pattern = shape.metadata.get("pattern")
    # A text that is too long is not matched: what a pattern costs grows with the text.
    if pattern and not wrong and not matcher(pattern)(value):
        yield place.found(f"must match the pattern '{pattern}'", value)


def _length(shape: Shape, value: Any, things: str, place: Place) -> Iterator[InvalidPropertyError]:  # noqa: ANN401
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and len(value) < least:
        yield place.problem(f"must have at least {least:,} {things}; found {len(value):,}")
    if most is not None and len(value) > most:
        yield place.problem(f"must have at most {most:,} {things}; found {len(value):,}")


def _range(shape: Shape, value: float, place: Place) -> Iterator[InvalidPropertyError]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        yield place.found(f"must be at least {least:,}", value)
    if most is not None and value > most:
        yield place.found(f"must be at most {most:,}", value)
