"""The configurable settings of a policy as a Pulumi policy configuration schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_policy import PolicyConfigSchema

from policies.policy import Configuration


def config_schema(configuration: Configuration | None) -> PolicyConfigSchema | None:
    """Return the schema of a configuration, with the company's values as defaults; None without a configuration."""
    if configuration is None:
        return None
    schema = type(configuration).model_json_schema()
    defaults = configuration.model_dump(mode="json")
    properties = {
        name: {**_inlined(stated, schema.get("$defs", {})), "default": defaults[name]}
        for name, stated in schema["properties"].items()
    }
    return PolicyConfigSchema(properties)


def _inlined(schema: Any, definitions: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a JSON Schema
    """Return a JSON Schema without references, which Pulumi does not follow."""
    if isinstance(schema, list):
        return [_inlined(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if reference := schema.get("$ref"):
        return _inlined(definitions[reference.rpartition("/")[2]], definitions)
    return {name: _inlined(value, definitions) for name, value in schema.items() if name != "title"}
