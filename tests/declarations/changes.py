"""Changes documents for tests that break exactly one thing, and reads the errors."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError


def change(document: Any, path: str, value: Any) -> None:  # noqa: ANN401 - a document and what it shall hold
    """Set the place *path* (names and indexes between dots) of *document* to *value*; remove it when that is `...`."""
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in steps:
        document = document[step]
    if value is ...:
        del document[last]
    elif isinstance(document, list) and last == len(document):
        document.append(value)
    else:
        document[last] = value


def errors_of(error: ValidationError) -> dict[str, str]:
    """Return the messages of *error* by their dotted paths."""
    lines = error.errors(include_url=False)
    return {".".join(str(step) for step in line["loc"]): line["msg"] for line in lines}
