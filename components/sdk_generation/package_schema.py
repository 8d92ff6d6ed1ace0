"""The package schema, `schema.json`: what the provider answers to GetSchema, and what other languages' SDKs come from.

Source: https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from components.resources import RESOURCE_TYPES
from components.resources.functions import FUNCTIONS
from components.resources.provider_settings import settings
from components.resources.resource_type import Function, ResourceType
from components.resources.service_model import Property, arguments, inputs, outputs, results
from components.sdk_generation.documentation import plain
from components.sdk_generation.examples import example
from components.sdk_generation.nested_types import is_document, is_enumeration, parts
from components.sdk_generation.type_texts import schema_name

_PLAIN = {
    "string": "string",
    "timestamp": "string",
    "integer": "integer",
    "long": "integer",
    "float": "number",
    "double": "number",
    "boolean": "boolean",
}

Json = dict[str, Any]
"""A JSON object."""


def package_schema(version: str) -> Json:
    """Return the schema of the package.

    Args:
        version: The version of the provider, without `v`.
    """
    return {
        "name": "cleanrooms",
        "displayName": "AWS Clean Rooms",
        "version": version,
        "description": "AWS Clean Rooms and Clean Rooms ML: collaborations, tables, rules, templates, budgets, models.",
        "keywords": ["aws", "clean-rooms", "privacy", "category/cloud"],
        "meta": {"moduleFormat": "(.*)"},
        "config": {"variables": _properties(settings().values())},
        "types": dict(sorted(_types().items())),
        "provider": {
            "description": "The provider of all resources of the package.",
            "inputProperties": _properties(settings().values()),
        },
        "resources": {resource.token: _resource(resource) for resource in RESOURCE_TYPES},
        "functions": {function.token: _function(function) for function in FUNCTIONS},
        "language": {"python": {"packageName": "components.sdk", "pyproject": {"enabled": True}}},
    }


def _resource(resource: ResourceType) -> Json:
    asked, held = inputs(resource), outputs(resource)
    return {
        "description": f"{resource.summary}\n\n## Example\n\n```python\n{example(resource)}```\n",
        "properties": _properties(held.values()),
        "required": _required(held.values()),
        "inputProperties": {
            name: described | ({"willReplaceOnChanges": True} if name in resource.replaces else {})
            for name, described in _properties(asked.values()).items()
        },
        "requiredInputs": _required(asked.values()),
    }


def _function(function: Function) -> Json:
    asked, told = arguments(function), results(function)
    return {
        "description": function.summary,
        "inputs": {"properties": _properties(asked.values()), "required": _required(asked.values())},
        "outputs": {"properties": _properties(told.values()), "required": _required(told.values())},
    }


def _types() -> dict[str, Json]:
    owners: list[Mapping[str, Property]] = [settings()]
    owners += [each for resource in RESOURCE_TYPES for each in (inputs(resource), outputs(resource))]
    owners += [each for function in FUNCTIONS for each in (arguments(function), results(function))]
    shapes = (shape for owner in owners for prop in owner.values() for shape in parts(prop.shape))
    return {
        _token(shape): _type(shape) for shape in shapes if isinstance(shape, StructureShape) or is_enumeration(shape)
    }


def _type(shape: Shape) -> Json:
    if isinstance(shape, StructureShape):
        members = (Property(name, part, False, part.documentation) for name, part in shape.members.items())  # noqa: FBT003 - read by name only
        described: Json = {
            "type": "object",
            "properties": _properties(members),
            "required": sorted(shape.required_members),
        }
    else:
        words: tuple[str, ...] = tuple(shape.enum) if isinstance(shape, StringShape) else ()
        described = {"type": "string", "enum": [{"name": schema_name(word), "value": word} for word in words]}
    return described | ({"description": plain(shape.documentation)} if shape.documentation else {})


def _properties(properties: Iterable[Property]) -> dict[str, Json]:
    return {
        each.name: _reference(each.shape) | ({"description": plain(each.documentation)} if each.documentation else {})
        for each in properties
    }


def _required(properties: Iterable[Property]) -> list[str]:
    return sorted(each.name for each in properties if each.required)


def _reference(shape: Shape) -> Json:
    if is_document(shape):
        return {"$ref": "pulumi.json#/Any"}
    if isinstance(shape, StructureShape):
        return {"type": "object", "$ref": f"#/types/{_token(shape)}"}
    if isinstance(shape, ListShape):
        return {"type": "array", "items": _reference(shape.member)}
    if isinstance(shape, MapShape):
        return {"type": "object", "additionalProperties": _reference(shape.value)}
    if is_enumeration(shape):
        # A word that AWS adds later must not be refused by an SDK of today.
        return {"type": "string", "oneOf": [{"type": "string"}, {"$ref": f"#/types/{_token(shape)}"}]}
    return {"type": _PLAIN[shape.type_name]}


def _token(shape: Shape) -> str:
    return f"cleanrooms:index:{shape.name}"
