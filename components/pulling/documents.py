"""Convert declarations into parts of a room file."""

from __future__ import annotations

from typing import Any

from declarations.base import Declaration

Document = dict[str, Any]
"""A part of a room file, snake_case."""


def plain(declaration: Declaration) -> Document:
    """Return *declaration* as JSON-like values in snake_case, without absent and default values."""
    return declaration.model_dump(mode="json", by_alias=False, exclude_none=True, exclude_defaults=True)
