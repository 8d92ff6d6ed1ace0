"""Validate documents as models, and turn validation errors into problems with places in the file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from declarations.document_path import DocumentPath, spelled
from declarations.loading.document import Document
from declarations.loading.problems import FileProblem, LoadingError, Place
from declarations.refusals import wording
from declarations.refusals.refusal import Refusal, describe_refusal, find_refusals

Model = TypeVar("Model", bound=BaseModel)

_BETWEEN_VALUES: Final = ("inconsistent", "value_error", "assertion_error")


def validate(model: type[Model], document: Document, further: Sequence[FileProblem] = ()) -> Model:
    """Validate a document as a model, strictly: text and numbers are not converted into each other.

    Args:
        model: What is expected.
        document: The document that was read.
        further: Problems found elsewhere, to be reported together with those of the document.

    Raises:
        LoadingError: With all problems of the document and of the values.
    """
    value, known = document.value, [*document.problems, *further]
    if not isinstance(value, dict):
        raise LoadingError([*known, _not_a_mapping(model, document, value)])
    try:
        result = model.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as refused:
        found = find_refusals(refused, model, value)
        refusals = [refusal for refusal in found if not _is_consequence(refusal, document.problems)]
        raise LoadingError([*known, *_problems(refusals, model, document, value)]) from None
    if known:
        raise LoadingError(known)
    return result


def _is_consequence(refusal: Refusal, problems: Sequence[FileProblem]) -> bool:
    """Return whether a problem of the document explains the refusal: it has the same place, or compares values."""
    at = refusal.path[:-1] if refusal.error["type"] == "missing" else refusal.path
    explained = {problem.path for problem in problems if problem.path}
    return bool(problems) and (refusal.error["type"] in _BETWEEN_VALUES or spelled(at) in explained)


def _not_a_mapping(model: type[BaseModel], document: Document, value: object) -> FileProblem:
    keys = ", ".join(repr(name) for name in model.model_fields)
    if value is None:
        return document.problem((), f"the file is empty; a mapping with the keys {keys} is expected", place=Place(1, 1))
    return document.problem((), f"the document is {wording.named(value)}; a mapping with the keys {keys} is expected")


def _problems(
    refusals: Sequence[Refusal], model: type[BaseModel], document: Document, value: object
) -> Iterator[FileProblem]:
    for refusal in refusals:
        path, kind = refusal.path, refusal.error["type"]
        written = document.written.get(path)
        telling = describe_refusal(refusal, model, written=written, siblings=_at(value, path[:-1]) or ())
        place: Place | None = None
        found: str | None = written if written is not None else wording.show_value(_at(value, path))
        if kind == "missing":
            place, found = document.key_place(path[:-1]), None
        elif kind == "extra_forbidden" or refusal.of_key:
            place, found = document.key_place(path), str(path[-1])
        yield document.problem(path, *telling, place=place, found=found)


def _at(value: Any, path: DocumentPath) -> Any:  # noqa: ANN401 - any JSON-like value
    """Return the value at *path*; None where the document has none."""
    for step in path:
        inside = (isinstance(value, dict) and step in value) or (isinstance(value, list) and isinstance(step, int))
        value = value[step] if inside else None
    return value
