"""Whether a value fits its shape: types, required and unknown members, lengths, ranges, enums, patterns, unions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from declarations.service_patterns import matcher
from simulator.api.errors import FieldProblem

NOT_ENFORCED = frozenset({"CleanroomsArn", "ConfiguredTableAssociationArn"})
"""Shapes whose length or form the service itself breaks: they allow 100 characters, where the ARNs that the same model
asks for elsewhere (BudgetedResourceArn, AnalysisTemplateArn) have up to 153."""

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float, str, datetime),
    "blob": (str, bytes),
}
_INTEGERS = {"integer": 2**31, "long": 2**63}


def problems(shape: Shape, value: Any, name: str = "") -> Iterator[FieldProblem]:  # noqa: ANN401 - any JSON value
    """Yield everything in which *value* does not fit *shape*.

    Args:
        shape: A shape of the service model.
        value: What was sent or is to be sent; times as numbers, text or datetime.
        name: The value's place in the request.
    """
    if isinstance(shape, StructureShape):
        yield from _structure(shape, value, name)
    elif isinstance(shape, ListShape):
        yield from _list(shape, value, name)
    elif isinstance(shape, MapShape):
        yield from _map(shape, value, name)
    else:
        yield from _scalar(shape, value, name)


def _structure(shape: StructureShape, value: Any, name: str) -> Iterator[FieldProblem]:  # noqa: ANN401
    if shape.is_document_type:
        return
    if not isinstance(value, dict):
        yield FieldProblem(name, f"Member must be an object; found {_kind(value)}")
        return
    for member in shape.required_members:
        if value.get(member) is None:
            yield FieldProblem(_inside(name, member), "Member must not be null")
    for member, inner in value.items():
        if member not in shape.members:
            yield FieldProblem(_inside(name, member), "Member is unknown to the service")
        elif inner is not None:
            yield from problems(shape.members[member], inner, _inside(name, member))
    present = sum(inner is not None for inner in value.values())
    if shape.is_tagged_union and present != 1:
        allowed = ", ".join(shape.members)
        yield FieldProblem(name, f"Member must have exactly one of {allowed}; found {present}")


def _list(shape: ListShape, value: Any, name: str) -> Iterator[FieldProblem]:  # noqa: ANN401
    if not isinstance(value, list):
        yield FieldProblem(name, f"Member must be a list; found {_kind(value)}")
        return
    yield from _length(shape, value, name)
    for index, item in enumerate(value):
        if item is None:
            yield FieldProblem(_inside(name, index), "Member must not be null")
        else:
            yield from problems(shape.member, item, _inside(name, index))


def _map(shape: MapShape, value: Any, name: str) -> Iterator[FieldProblem]:  # noqa: ANN401
    if not isinstance(value, dict):
        yield FieldProblem(name, f"Member must be an object; found {_kind(value)}")
        return
    yield from _length(shape, value, name)
    for key, item in value.items():
        yield from problems(shape.key, key, _inside(name, key))
        yield from problems(shape.value, item, _inside(name, key))


def _scalar(shape: Shape, value: Any, name: str) -> Iterator[FieldProblem]:  # noqa: ANN401
    wanted = _TYPES[shape.type_name]
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        yield FieldProblem(name, f"Member must be of type {shape.type_name}; found {_kind(value)}")
    elif isinstance(shape, StringShape) and isinstance(value, str):
        yield from _string(shape, value, name)
    elif isinstance(value, int) and abs(value) >= _INTEGERS.get(shape.type_name, math.inf):
        yield FieldProblem(name, f"Member must be of type {shape.type_name}; found {value}")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from _range(shape, value, name)


def _string(shape: StringShape, value: str, name: str) -> Iterator[FieldProblem]:
    if shape.enum:
        if value not in shape.enum:
            yield FieldProblem(name, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
        return
    if shape.name not in NOT_ENFORCED:
        wrong = list(_length(shape, value, name))
        yield from wrong
        pattern = shape.metadata.get("pattern")
        # A text that is too long is not matched: what a pattern costs grows with the text.
        if pattern and not wrong and not matcher(pattern)(value):
            yield FieldProblem(name, f"Member must satisfy regular expression pattern: {pattern}")


def _length(shape: Shape, value: Any, name: str) -> Iterator[FieldProblem]:  # noqa: ANN401 - anything with a length
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and len(value) < least:
        yield FieldProblem(name, f"Member must have length greater than or equal to {least}; found {len(value)}")
    if most is not None and len(value) > most:
        yield FieldProblem(name, f"Member must have length less than or equal to {most}; found {len(value)}")


def _range(shape: Shape, value: float, name: str) -> Iterator[FieldProblem]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        yield FieldProblem(name, f"Member must have value greater than or equal to {least}; found {value}")
    if most is not None and value > most:
        yield FieldProblem(name, f"Member must have value less than or equal to {most}; found {value}")


def _inside(name: str, member: str | int) -> str:
    return f"{name}.{member}" if name else str(member)


def _kind(value: Any) -> str:  # noqa: ANN401 - any JSON value
    names = {dict: "an object", list: "a list", str: "text", bool: "a boolean", int: "a number", float: "a number"}
    return names.get(type(value), "null")
