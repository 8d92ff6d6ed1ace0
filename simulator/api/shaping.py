"""Converts an answer to JSON: members of the output shape only, times as text or as seconds since 1970."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

Shaper = Callable[[Any], Any]


def shaper(shape: Shape) -> Shaper:
    """Return a function that converts values to *shape*.

    A resource is stored with all its members; a summary is the same value in a smaller shape. So members that the shape
    does not have are dropped, and absent ones stay absent.
    """
    if isinstance(shape, StructureShape):
        return _same if shape.is_document_type else _structure_shaper(shape)
    if isinstance(shape, ListShape):
        item = shaper(shape.member)
        return lambda values: [item(value) for value in values]
    if isinstance(shape, MapShape):
        held = shaper(shape.value)
        return lambda values: {key: held(value) for key, value in values.items()}
    if shape.type_name == "timestamp":
        return _text if shape.serialization.get("timestampFormat") == "iso8601" else _seconds
    return _same


def _structure_shaper(shape: StructureShape) -> Shaper:
    members = [(name, inner.serialization.get("name", name), shaper(inner)) for name, inner in shape.members.items()]

    def shaped(value: Mapping[str, Any]) -> dict[str, Any]:
        return {written: inner(value[name]) for name, written, inner in members if value.get(name) is not None}

    return shaped


def _same(value: Any) -> Any:  # noqa: ANN401 - returned as it is
    return value


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _seconds(moment: datetime) -> float:
    return round(moment.timestamp(), 3)
