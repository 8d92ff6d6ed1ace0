"""The types of properties as Python writes them, and their names in Python."""

from __future__ import annotations

import keyword
import re

from botocore import xform_name
from botocore.model import ListShape, MapShape, Shape, StructureShape

from components.sdk_generation.nested_types import is_document, is_enumeration

_PLAIN: dict[str, str] = {
    "string": "str",
    "timestamp": "str",
    "integer": "int",
    "long": "int",
    "float": "float",
    "double": "float",
    "boolean": "bool",
}


def python_name(name: str) -> str:
    """Return the snake_case name of a camelCase *name*: `customMLMemberAbilities`, `custom_ml_member_abilities`."""
    return str(xform_name(name))


def constant_name(word: str) -> str:
    """Return the name of a word of an enumeration: `US_EAST_1` of `us-east-1`."""
    return re.sub(r"\W+", "_", word).upper()


def generated_name(word: str) -> str:
    """Return the name of a word in code that Pulumi generates from `schema_name`: keywords get an underscore, `OR_`."""
    name = constant_name(word)
    return f"{name}_" if keyword.iskeyword(name.lower()) else name


def schema_name(word: str) -> str:
    """Return a name of a word from which Pulumi's generators make `generated_name`: `DirectQuery`, `UsEast_1`.

    They split capitals in a row before the last one: of `DIRECT_QUERY` they make `DIREC_T_QUERY`.

    Source: pulumi/pulumi pkg/codegen/python/python.go, PyName.
    """
    parts = constant_name(word).split("_")
    return "".join(part.capitalize() if part[0].isalpha() else f"_{part.lower()}" for part in parts)


def stated(shape: Shape, *, or_dict: bool) -> str:
    """Return the type of what a user states.

    Args:
        shape: The shape.
        or_dict: Whether a dictionary will do for a structure.
    """
    if isinstance(shape, StructureShape):
        return f"{shape.name}Args | {shape.name}ArgsDict" if or_dict else f"{shape.name}Args"
    if isinstance(shape, ListShape):
        return f"Sequence[pulumi.Input[{stated(shape.member, or_dict=or_dict)}]]"
    if isinstance(shape, MapShape):
        return f"Mapping[str, pulumi.Input[{stated(shape.value, or_dict=or_dict)}]]"
    if is_enumeration(shape):
        return f"str | {shape.name}"
    return _PLAIN[str(shape.type_name)]


def readable(shape: Shape) -> str:
    """Return the type in words: `list of MemberSpecification`."""
    if is_document(shape):
        return "any JSON value"
    if isinstance(shape, StructureShape) or is_enumeration(shape):
        return str(shape.name)
    if isinstance(shape, ListShape):
        return f"list of {readable(shape.member)}"
    if isinstance(shape, MapShape):
        return f"map of {readable(shape.value)}"
    return "timestamp" if shape.type_name == "timestamp" else _PLAIN[str(shape.type_name)]


def python_path(path: str) -> str:
    """Return a path of a descriptor with the names of Python: `members[*].display_name`."""
    return ".".join(python_name(step) for step in path.split("."))


def answer_type(shape: Shape) -> str:
    """Return the type of what the service answers; words of an enumeration are strings, for there may be new ones."""
    if is_document(shape):
        return "Any"
    if isinstance(shape, StructureShape):
        return str(shape.name)
    if isinstance(shape, ListShape):
        return f"Sequence[{answer_type(shape.member)}]"
    if isinstance(shape, MapShape):
        return f"Mapping[str, {answer_type(shape.value)}]"
    return _PLAIN[str(shape.type_name)]
