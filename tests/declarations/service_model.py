r"""Compares a declaration with the shape of botocore's service model that it stands for, member by member.

How the two are made comparable:

* ours names members by alias, the model in camelCase; identifiers that exist only after deployment count as members;
* a minimum of 0 is no minimum;
* `Choice` is a union; what says by itself that exactly one member is present is in `NOT_BY_SHAPE`;
* patterns are compared as strings after `normal`: anchors dropped, since the service matches whole strings; `\d` and
  `\w` written out as the ASCII classes they are in the service's engine; needless escapes dropped; the model's way of
  writing "any character beyond the first plane" (`\uD800\uDBFF-\uDC00\uDFFF`) and ours, which excludes what is
  missing instead, made one word. What then still differs is in `SAME_LANGUAGE`, and sampled examples prove it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import EnumMeta
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from pydantic.fields import FieldInfo

from declarations.base import CHARACTER, CHARACTER_OR_BREAK, Choice, Declaration, matching, sized
from tests.declarations.left_out import NOT_BY_SHAPE, OURS_ONLY, SAME_LANGUAGE

SERVICE_CHARACTER = r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDBFF-\uDC00\uDFFF\t]"
SERVICE_CHARACTER_OR_BREAK = r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDBFF-\uDC00\uDFFF\t\r\n]"


def differences(
    model: type[Declaration], shape: StructureShape, path: str, extra: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Yield every difference between *model* and *shape*.

    Args:
        model: The declaration.
        shape: The structure or union of the service model.
        path: Where it is, for the message.
        extra: Required members of the shape that are no fields: the identifiers.
    """
    fields = {field.alias or name: field for name, field in model.model_fields.items() if name not in model.room_only}
    for name in sorted(set(fields) | extra | set(shape.members)):
        if name not in shape.members:
            yield f"{path}.{name}: unknown to the service"
        elif name not in fields and name not in extra:
            yield f"{path}.{name}: not declared"
        elif (name in extra or fields[name].is_required()) != (name in shape.required_members):
            yield f"{path}.{name}: required in one of the two only"
    if issubclass(model, Choice) != bool(shape.is_tagged_union) and model.__name__ not in NOT_BY_SHAPE:
        yield f"{path}: a union in one of the two only"
    for name, field in fields.items():
        if name in shape.members:
            yield from _values(_annotation(field), shape.members[name], f"{path}.{name}")


def _annotation(field: FieldInfo) -> Any:  # noqa: ANN401 - a type expression
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def _values(annotation: Any, shape: Shape, path: str) -> Iterator[str]:  # noqa: ANN401 - a type expression
    kind, metadata = peeled(annotation)
    expected = {name: shape.metadata[name] for name in ("min", "max") if shape.metadata.get(name) not in (None, 0)}
    if limits(metadata) != expected and path not in NOT_BY_SHAPE:
        yield f"{path}: {limits(metadata)} here, {expected} in the service"
    if isinstance(shape, StructureShape):
        yield from differences(kind, shape, path)
    elif isinstance(shape, ListShape):
        yield from _values(get_args(kind)[0], shape.member, f"{path}[]")
    elif isinstance(shape, MapShape):
        yield from _values(get_args(kind)[0], shape.key, f"{path}<key>")
        yield from _values(get_args(kind)[1], shape.value, f"{path}<value>")
    elif isinstance(shape, StringShape) and shape.enum:
        if set(shape.enum) != _names(kind):
            yield f"{path}: {sorted(_names(kind))} here, {sorted(shape.enum)} in the service"
    elif isinstance(shape, StringShape):
        ours, theirs = pattern_of(metadata), normal(shape.metadata.get("pattern", ""))
        if kind is not str or normal(ours) != SAME_LANGUAGE.get(theirs, theirs):
            yield f"{path}: pattern {normal(ours)!r} here, {theirs!r} in the service"
    elif {"boolean": bool, "integer": int, "double": float}[shape.type_name] is not kind:
        yield f"{path}: {kind} here, {shape.type_name} in the service"


def peeled(annotation: Any) -> tuple[Any, list[Any]]:  # noqa: ANN401 - a type expression
    """Return the type without `None` and `Annotated`, and all that was said about it."""
    metadata: list[Any] = []
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *said = get_args(annotation)
            metadata += said
        elif get_origin(annotation) in (Union, UnionType):
            (annotation,) = (part for part in get_args(annotation) if part is not NoneType)
        else:
            break
    flat: list[Any] = []
    for said in metadata:
        flat += said.metadata if isinstance(said, FieldInfo) else [said]
    return annotation, flat


def limits(metadata: list[Any]) -> dict[str, Any]:
    """Return the least and the greatest length or value that *metadata* allows; 0 is no minimum."""
    found: dict[str, Any] = {}
    for said in metadata:
        if isinstance(said, sized):
            found |= {"min": said.minimum, "max": said.maximum}
        for kind, member, name in ((MinLen, "min_length", "min"), (MaxLen, "max_length", "max")):
            if isinstance(said, kind):
                found[name] = getattr(said, member)
        if isinstance(said, Ge):
            found["min"] = said.ge
        if isinstance(said, Le):
            found["max"] = said.le
    return {name: limit for name, limit in found.items() if limit not in (None, 0)}


def pattern_of(metadata: list[Any]) -> str:
    """Return the pattern that *metadata* demands, or an empty string."""
    for said in metadata:
        if isinstance(said, matching):
            return said.pattern
        if (pattern := getattr(said, "pattern", None)) is not None:
            return str(pattern)
    return ""


def normal(pattern: str) -> str:
    """Return *pattern* in the form in which ours and the service's are compared."""
    for addition in OURS_ONLY:
        pattern = pattern.replace(addition, "")
    for ours, theirs in (
        (CHARACTER, SERVICE_CHARACTER),
        (CHARACTER_OR_BREAK, SERVICE_CHARACTER_OR_BREAK),
    ):
        pattern = pattern.replace(ours, theirs)
    pattern = pattern.replace("$|^", "|").replace(r"\/", "/").replace(r"\*", "*")
    pattern = pattern.replace(r"[\d]", "[0-9]").replace(r"[\w]", "[a-zA-Z0-9_]").replace(r"[\d\w-]", r"[0-9\w-]")
    pattern = pattern.replace(r"\d\w", r"0-9\w")
    pattern = re.sub(r"(?<!\[)\\d", "[0-9]", pattern).replace(r"\w", "a-zA-Z0-9_")
    pattern = pattern.removeprefix("^").removesuffix("$")
    if pattern.startswith("(") and pattern.endswith(")") and pattern[1] != "?":
        pattern = pattern[1:-1]
    return pattern


def _names(kind: Any) -> set[str]:  # noqa: ANN401 - a Literal or an enumeration
    if get_origin(kind) is Literal:
        return set(get_args(kind))
    return {str(kind[name].value) for name in kind.__members__} if isinstance(kind, EnumMeta) else set()


def strings(model: type[Declaration], shape: StructureShape, path: str) -> Iterator[tuple[str, Any, StringShape]]:
    """Yield every string with a pattern below *model*: its path, its type expression, its shape."""
    for name, field in model.model_fields.items():
        member = shape.members.get(field.alias or name)
        if member is not None and name not in model.room_only:
            yield from _strings(_annotation(field), member, f"{path}.{field.alias or name}")


def _strings(annotation: Any, shape: Shape, path: str) -> Iterator[tuple[str, Any, StringShape]]:  # noqa: ANN401
    kind, _ = peeled(annotation)
    if isinstance(shape, StructureShape):
        yield from strings(kind, shape, path)
    elif isinstance(shape, ListShape):
        yield from _strings(get_args(kind)[0], shape.member, f"{path}[]")
    elif isinstance(shape, StringShape) and shape.metadata.get("pattern"):
        yield path, annotation, shape
