"""Whether a value fits a shape of a service model: types, members, lengths, ranges, enums, patterns, unions.

The provider checks a program's properties with it, and the local endpoint a request; each words the faults itself.
Shapes have the structure of botocore's, but botocore is not imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any, Final, Protocol, cast

from declarations.service_patterns import matcher
from declarations.unknown import UNKNOWN


class Shape(Protocol):
    """A service model's description of a value; a scalar has only these members."""

    @property
    def name(self) -> str:
        """The shape's name, such as `DisplayName`."""

    @property
    def type_name(self) -> str:
        """`structure`, `list`, `map`, or what the scalar is, such as `string`."""

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The limits: `min`, `max` and `pattern`."""


class _Structure(Shape, Protocol):
    members: Mapping[str, Shape]
    required_members: Sequence[str]
    is_document_type: bool
    is_tagged_union: bool


class _List(Shape, Protocol):
    member: Shape


class _Map(Shape, Protocol):
    key: Shape
    value: Shape


class _String(Shape, Protocol):
    enum: Sequence[str]


class Fault(Enum):
    """In which way a value does not fit."""

    NOT_AN_OBJECT = auto()
    NOT_A_LIST = auto()
    OTHER_TYPE = auto()
    """A scalar of another type."""
    TOO_WIDE = auto()
    """A whole number that does not fit its bits."""
    MISSING = auto()
    """A required member is absent or null."""
    NULL_MEMBER = auto()
    """An optional member is null. Services of this kind treat it as absent."""
    NULL_ITEM = auto()
    """An item of a list is null."""
    UNKNOWN_MEMBER = auto()
    NOT_ONE_OF_UNION = auto()
    """A tagged union has no member or several."""
    TOO_SHORT = auto()
    TOO_LONG = auto()
    TOO_SMALL = auto()
    TOO_LARGE = auto()
    NOT_IN_ENUM = auto()
    OTHER_PATTERN = auto()


@dataclass(frozen=True, slots=True)
class Misfit:
    """One way in which a value does not fit.

    Attributes:
        path: Where it is: names of members and indexes of lists, from the outside in.
        fault: What is wrong.
        shape: The shape that it does not fit; for an unknown member, the shape of the structure.
        value: The value found; None if it is missing.
    """

    path: tuple[str | int, ...]
    fault: Fault
    shape: Any
    value: Any


NOT_ENFORCED: Final = frozenset({"CleanroomsArn", "ConfiguredTableAssociationArn"})
"""Shapes whose limits the service itself exceeds: they allow 100 characters, while the ARNs that the same model
requires elsewhere (BudgetedResourceArn, AnalysisTemplateArn) have up to 153."""

_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float, str, datetime),
    "blob": (str, bytes),
}
BITS: Final[Mapping[str, int]] = {"integer": 32, "long": 64}
"""Bits of integers by type, including the sign."""


def misfits(shape: Shape, value: object, path: tuple[str | int, ...] = ()) -> Iterator[Misfit]:
    """Yield every way in which *value* does not fit *shape*; values that are not known yet are skipped.

    Args:
        shape: A shape of a service model.
        value: Plain values; times as numbers, text or datetime.
        path: The value's place.
    """
    if value is UNKNOWN:
        return
    if shape.type_name == "structure":
        yield from _structure(cast(_Structure, shape), value, path)
    elif shape.type_name == "list":
        yield from _list(cast(_List, shape), value, path)
    elif shape.type_name == "map":
        yield from _map(cast(_Map, shape), value, path)
    else:
        yield from _scalar(shape, value, path)


def _structure(shape: _Structure, value: object, path: tuple[str | int, ...]) -> Iterator[Misfit]:
    if shape.is_document_type:
        return
    if not isinstance(value, Mapping):
        yield Misfit(path, Fault.NOT_AN_OBJECT, shape, value)
        return
    for member in shape.required_members:
        if value.get(member) is None:
            yield Misfit((*path, member), Fault.MISSING, shape.members[member], None)
    for member, inner in value.items():
        if member not in shape.members:
            yield Misfit((*path, member), Fault.UNKNOWN_MEMBER, shape, inner)
        elif inner is not None:
            yield from misfits(shape.members[member], inner, (*path, member))
        elif member not in shape.required_members:
            yield Misfit((*path, member), Fault.NULL_MEMBER, shape.members[member], None)
    if shape.is_tagged_union and sum(inner is not None for inner in value.values()) != 1:
        yield Misfit(path, Fault.NOT_ONE_OF_UNION, shape, value)


def _list(shape: _List, value: object, path: tuple[str | int, ...]) -> Iterator[Misfit]:
    if not isinstance(value, list):
        yield Misfit(path, Fault.NOT_A_LIST, shape, value)
        return
    yield from _limits(shape, value, len(value), path, (Fault.TOO_SHORT, Fault.TOO_LONG))
    for index, item in enumerate(value):
        if item is None:
            yield Misfit((*path, index), Fault.NULL_ITEM, shape.member, None)
        else:
            yield from misfits(shape.member, item, (*path, index))


def _map(shape: _Map, value: object, path: tuple[str | int, ...]) -> Iterator[Misfit]:
    if not isinstance(value, Mapping):
        yield Misfit(path, Fault.NOT_AN_OBJECT, shape, value)
        return
    yield from _limits(shape, value, len(value), path, (Fault.TOO_SHORT, Fault.TOO_LONG))
    for key, item in value.items():
        yield from misfits(shape.key, key, (*path, key))
        yield from misfits(shape.value, item, (*path, key))


def _scalar(shape: Shape, value: object, path: tuple[str | int, ...]) -> Iterator[Misfit]:
    types = _TYPES[shape.type_name]
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        yield Misfit(path, Fault.OTHER_TYPE, shape, value)
    elif shape.type_name == "string":
        yield from _string(cast(_String, shape), str(value), path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        bits = BITS.get(shape.type_name)
        if bits and not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
            yield Misfit(path, Fault.TOO_WIDE, shape, value)
        else:
            yield from _limits(shape, value, value, path, (Fault.TOO_SMALL, Fault.TOO_LARGE))


def _string(shape: _String, value: str, path: tuple[str | int, ...]) -> Iterator[Misfit]:
    if shape.enum:
        if value not in shape.enum:
            yield Misfit(path, Fault.NOT_IN_ENUM, shape, value)
        return
    if shape.name in NOT_ENFORCED:
        return
    wrong = list(_limits(shape, value, len(value), path, (Fault.TOO_SHORT, Fault.TOO_LONG)))
    yield from wrong
    pattern = shape.metadata.get("pattern")
    # A text that is too long is not matched: the cost of matching grows with the text.
    if pattern and not wrong and not matcher(pattern)(value):
        yield Misfit(path, Fault.OTHER_PATTERN, shape, value)


def _limits(
    shape: Shape,
    value: object,
    size: float,
    path: tuple[str | int, ...],
    faults: tuple[Fault, Fault],
) -> Iterator[Misfit]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield Misfit(path, faults[0], shape, value)
    if most is not None and size > most:
        yield Misfit(path, faults[1], shape, value)
