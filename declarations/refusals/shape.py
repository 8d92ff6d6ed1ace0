"""Find what a model expects at a path of a document by walking its annotations, for better messages."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from declarations.document_path import DocumentPath

Annotation = Any


def expected_at(model: type[BaseModel], path: DocumentPath) -> tuple[Annotation, ...]:
    """Return the annotations that a value at *path* may have; empty if the model knows no such place."""
    found = tuple(_branches(model))
    for step in path:
        found = tuple(branch for outer in found for inner in _inside(outer, step) for branch in _branches(inner))
    return found


def models_at(model: type[BaseModel], path: DocumentPath) -> tuple[type[BaseModel], ...]:
    """Return the models that a mapping at *path* may be."""
    return tuple(found for found in expected_at(model, path) if _is_class(found, BaseModel))


def names_at(model: type[BaseModel], path: DocumentPath) -> dict[str, str]:
    """Return all keys that a mapping at *path* may have, snake_case and camelCase -> the field's name."""
    names: dict[str, str] = {}
    for found in models_at(model, path):
        for name, field in found.model_fields.items():
            names |= {name: name, field.alias or name: name}
    return names


def _branches(annotation: Annotation) -> Iterator[Annotation]:
    """Yield the alternatives of a union, without `Annotated` wrappers."""
    origin: Annotation = get_origin(annotation)
    if origin is Annotated:
        yield from _branches(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for branch in get_args(annotation):
            yield from _branches(branch)
    else:
        yield annotation


def _inside(annotation: Annotation, step: str | int) -> Iterator[Annotation]:
    origin = get_origin(annotation)
    if isinstance(step, int):
        if _is_class(origin, (tuple, list)):
            yield get_args(annotation)[0]
    elif _is_class(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if step in (name, field.alias):
                yield field.annotation
    elif _is_class(origin, Mapping):
        yield get_args(annotation)[1]


def _is_class(value: Annotation, kind: type | tuple[type, ...]) -> bool:
    return isinstance(value, type) and issubclass(value, kind)
