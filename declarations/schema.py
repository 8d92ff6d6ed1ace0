"""The JSON Schema of a room file, so that editors complete and check `room.yaml` while it is written."""

from __future__ import annotations

from typing import Any, Final

from declarations.base import Declaration
from declarations.clean_room import CleanRoom
from declarations.descriptions import description_of

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
"""The dialect that the schema is written in."""

_SCHEMAS_BY_NAME: Final = ("properties", "patternProperties", "$defs")


def room_schema() -> dict[str, Any]:
    """Return the JSON Schema of a room file.

    Every key is offered in snake_case, as rooms are written, and accepted in the API's camelCase, too. The schema is
    wider than loading: what it refuses, loading refuses; names that must exist elsewhere are only known to loading.
    """
    schema = CleanRoom.model_json_schema(by_alias=False)
    aliased = CleanRoom.model_json_schema(by_alias=True)
    models = _models()
    for name, definition in {CleanRoom.__name__: schema, **schema["$defs"]}.items():
        if name in models:
            _describe(definition, models[name])
        _accept_aliases(definition, aliased["$defs"].get(name, aliased))
    schema["properties"]["$schema"] = {"type": "string", "description": "Where an editor finds this schema."}
    described: dict[str, Any] = _portable(schema)
    return {"$schema": DIALECT, "title": "Clean room"} | described


def _models() -> dict[str, type[Declaration]]:
    """Return all declarations by the names they have as definitions of the schema."""
    models = [Declaration]
    for model in models:
        models.extend(model.__subclasses__())
    return {model.__name__: model for model in models}


def _describe(schema: dict[str, Any], model: type[Declaration]) -> None:
    """Say at each key of a mapping what it means."""
    for inner in schema.get("anyOf", ()):
        _describe(inner, model)
    for name, inner in schema.get("properties", {}).items():
        inner["description"] = description_of(model, name) or ""


def _accept_aliases(schema: dict[str, Any], aliased: dict[str, Any]) -> None:
    """Let each key of a mapping be written by its alias; both schemas list the same keys in the same order."""
    for inner, inner_aliased in zip(schema.get("anyOf", ()), aliased.get("anyOf", ()), strict=True):
        _accept_aliases(inner, inner_aliased)
    if "properties" not in schema:
        return
    names = dict(zip(schema["properties"], aliased["properties"], strict=True))
    for name, alias in names.items():
        if alias != name:
            schema["properties"][alias] = schema["properties"][name] | {"doNotSuggest": True}
    required = schema.pop("required", ())
    if same := [name for name in required if names[name] == name]:
        schema["required"] = same
    if either := [(name, names[name]) for name in required if names[name] != name]:
        schema["allOf"] = [{"anyOf": [{"required": [name]} for name in pair]} for pair in either]


def _portable(schema: Any) -> Any:  # noqa: ANN401 - a schema or any part of one
    r"""Drop what Pydantic makes up (titles from names, `null` as default) and patterns not every program can read.

    Programs without Unicode classes (`\p{L}`), Python's own among them, would refuse the whole schema.
    """
    if isinstance(schema, list):
        return [_portable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _portable(inner) for name, inner in value.items()} if key in _SCHEMAS_BY_NAME else _portable(value)
        for key, value in schema.items()
        if key != "title" and (key, value) != ("default", None) and not (key == "pattern" and "\\p{" in value)
    }
