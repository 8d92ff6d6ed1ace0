"""Partly known declarations, as in the preview of a deployment.

Reading an unknown field raises UnknownValueError, so that it is never mistaken for an absent one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, TypeVar, Union, cast, get_args, get_origin

from pydantic import TypeAdapter

from declarations.base import Declaration

D = TypeVar("D", bound=Declaration)


class Unknown(Enum):
    """Stands for a value that is not known yet."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return self.name


UNKNOWN: Final = Unknown.UNKNOWN
"""A value that is not known yet. It equals only itself, and nothing may be concluded from it."""


def partly_known(model: type[D], members: Mapping[str, Any]) -> D:
    """Read a declaration of which some members, at any depth, are UNKNOWN.

    Known fields are validated one by one, as always; checks across fields run only if all fields are known. A required
    member that is absent counts as unknown.

    Args:
        model: What the members declare.
        members: By the API's camelCase names or in snake_case.

    Raises:
        pydantic.ValidationError: A known value is not allowed.
    """
    if not _holds_unknown(members):
        return model.model_validate(members)
    known: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        value = members.get(field.alias or name, members.get(name, UNKNOWN if field.is_required() else field.default))
        value = _read(model, name, value)
        if value is not UNKNOWN:
            known[name] = value
    made = cast(D, model.model_construct(**known))
    for name in set(model.model_fields) - set(known):
        made.__dict__.pop(name, None)  # model_construct fills defaults in, which would pass for the value
    return made


def _holds_unknown(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_unknown(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(_holds_unknown(item) for item in value)
    return value is UNKNOWN


@cache
def _validator(model: type[Declaration], name: str) -> TypeAdapter[Any]:
    """Return the validator of a single field; cached, because building it takes longer than validating."""
    field = model.model_fields[name]
    annotation: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return TypeAdapter(annotation)


def _read(model: type[Declaration], name: str, value: object) -> object:
    if not _holds_unknown(value):
        return _validator(model, name).validate_python(value)
    held = declared(model.model_fields[name].annotation)
    if held is not None and isinstance(value, Mapping):
        return partly_known(held, value)
    if held is not None and isinstance(value, (list, tuple)) and UNKNOWN not in value:
        return tuple(partly_known(held, item) for item in value)
    return UNKNOWN


def declared(annotation: object) -> type[Declaration] | None:
    """Return the one declaration that a field of this annotation holds, alone, optional or in a tuple; else None."""
    if isinstance(annotation, type) and issubclass(annotation, Declaration):
        return annotation
    if get_origin(annotation) in {Union, UnionType, tuple, Annotated}:
        inner = [part for part in get_args(annotation) if part not in {NoneType, Ellipsis}]
        return declared(inner[0]) if inner else None
    return None
