"""Reads the input of an operation from a request's path, query, headers and body, by the input shape."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn, Protocol

from botocore.model import ListShape, Shape

from simulator.api.errors import ApiError, FieldProblem, invalid, invalid_fields
from simulator.api.service_model import Operation
from simulator.api.validation import problems

MAX_BODY_BYTES = 4 * 1024 * 1024
"""Maximum size of a body. The longest text that the model accepts has 500,000 characters."""

_MOST_PROBLEMS = 50


class HttpRequest(Protocol):
    """The part of werkzeug's request interface that is used here."""

    method: str
    args: Any
    headers: Any
    content_length: int | None

    def get_data(self) -> bytes:
        """Return the body."""


def read_input(operation: Operation, labels: Mapping[str, str], request: HttpRequest) -> dict[str, Any]:
    """Return the validated members that the request states.

    Args:
        operation: The operation at the request's address.
        labels: The values of the labels in its path.
        request: The request.

    Raises:
        ApiError: A ValidationException that lists the members that do not match.
    """
    body = _body(operation, request)
    asked = dict(body)
    wrong: list[FieldProblem] = []
    for name, shape in operation.input.members.items():
        place = shape.serialization.get("location")
        written = shape.serialization.get("name", name)
        if place is None:
            continue
        if name in body:
            wrong.append(FieldProblem(name, f"Member belongs in the {place}, not in the body"))
        found = _found(place, written, shape, labels, request)
        asked.pop(name, None)
        if found is not None:
            asked[name] = found
    wrong += _first(problems(operation.input, asked))
    if wrong:
        raise invalid_fields(wrong)
    return {name: value for name, value in asked.items() if value is not None}


def _found(place: str, written: str, shape: Shape, labels: Mapping[str, str], request: HttpRequest) -> Any:  # noqa: ANN401 - JSON
    if place == "uri":
        return labels.get(written)
    if place == "header":
        return request.headers.get(written)
    if isinstance(shape, ListShape):
        return request.args.getlist(written) or None
    return _converted(shape, request.args.get(written))


def _converted(shape: Shape, text: str | None) -> Any:  # noqa: ANN401 - the type is the shape's
    """Convert the text of a query parameter to the type of its shape; unsuitable text stays, to fail validation."""
    if text is None:
        return None
    if shape.type_name == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if shape.type_name in {"integer", "long"}:
        digits = text.removeprefix("-")
        return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 20 else text  # noqa: PLR2004 - 64 bits
    return text


def _body(operation: Operation, request: HttpRequest) -> dict[str, Any]:
    too_long = _malformed(f"the body has more than {MAX_BODY_BYTES} bytes")
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise too_long
    text = request.get_data()
    if len(text) > MAX_BODY_BYTES:  # a chunked body does not state its length
        raise too_long
    has_body = any("location" not in shape.serialization for shape in operation.input.members.values())
    if not has_body or not text:
        return {}
    try:
        body = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise _malformed("the body is not JSON") from None
    if not isinstance(body, dict):
        raise _malformed("the body is not a JSON object")
    return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _malformed(message: str) -> ApiError:
    return invalid(message, "FIELD_VALIDATION_FAILED")


def _first(found: Iterator[FieldProblem]) -> list[FieldProblem]:
    return [problem for problem, _ in zip(found, range(_MOST_PROBLEMS), strict=False)]
