"""The JSON Schema of a room file, so that editors complete and check `room.yaml` while it is written."""

from __future__ import annotations

from typing import Any, Final

from declarations.base import Declaration
from declarations.bigquery.privacy_policy import AggregationThresholdPolicy
from declarations.bigquery.room import BigQueryRoomFile
from declarations.clean_room import CleanRoom
from declarations.descriptions import description_of

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
"""The dialect that the schema is written in."""

_EDITORS_KEY: Final = {"type": "string", "description": "Where an editor finds this schema."}
_SCHEMAS_BY_NAME: Final = ("properties", "patternProperties", "$defs")


def room_schema() -> dict[str, Any]:
    """Return the JSON Schema of a room file, of AWS or, with the key `bigquery`, of BigQuery.

    Every key is suggested in snake_case, as rooms are written, and also accepted in the API's camelCase. The schema is
    more lenient than loading: loading rejects everything that the schema rejects, and also checks references.
    """
    definitions = _definitions(CleanRoom) | _definitions(BigQueryRoomFile)
    _accept_plural(definitions[AggregationThresholdPolicy.__name__])
    for room in (CleanRoom, BigQueryRoomFile):
        definitions[room.__name__]["properties"]["$schema"] = dict(_EDITORS_KEY)
    return {
        "$schema": DIALECT,
        "title": "Clean room",
        "type": "object",
        "if": {"required": ["bigquery"]},
        "then": {"$ref": f"#/$defs/{BigQueryRoomFile.__name__}"},
        "else": {"$ref": f"#/$defs/{CleanRoom.__name__}"},
        "$defs": {name: _portable(definition) for name, definition in definitions.items()},
    }


def _definitions(room: type[Declaration]) -> dict[str, Any]:
    """Return the schemas of *room* and of all that it holds, by name."""
    schema, aliased = (room.model_json_schema(by_alias=by_alias) for by_alias in (False, True))
    definitions = {room.__name__: schema, **schema.pop("$defs")}
    models = _models()
    for name, definition in definitions.items():
        if name in models:
            _describe(definition, models[name])
        _accept_aliases(definition, aliased["$defs"].get(name, aliased))
    return definitions


def _models() -> dict[str, type[Declaration]]:
    """Return all declarations by the names they have as definitions of the schema."""
    models = [Declaration]
    for model in models:
        models.extend(model.__subclasses__())
    return {model.__name__: model for model in models}


def _describe(schema: dict[str, Any], model: type[Declaration]) -> None:
    """Add a description to each key of a mapping."""
    for inner in schema.get("anyOf", ()):
        _describe(inner, model)
    for name, inner in schema.get("properties", {}).items():
        inner["description"] = description_of(model, name) or ""


def _accept_aliases(schema: dict[str, Any], aliased: dict[str, Any]) -> None:
    """Accept the alias of each key of a mapping; both schemas list the same keys in the same order."""
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


def _accept_plural(threshold: dict[str, Any]) -> None:
    """Let the unit of a threshold be written `privacy_unit_columns`, too, as `AggregationThresholdPolicy` reads it."""
    one, plural = "privacy_unit_column", "privacy_unit_columns"
    threshold["properties"][plural] = threshold["properties"][one] | {"doNotSuggest": True}
    (either,) = threshold["allOf"]
    either["anyOf"].append({"required": [plural]})


def _portable(schema: Any) -> Any:  # noqa: ANN401 - a schema or any part of one
    r"""Drop what Pydantic generates (titles from names, `null` as default) and patterns that not every program reads.

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
