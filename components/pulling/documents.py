"""Declarations as documents: what a room file would say, and nothing that it would not."""

from __future__ import annotations

from typing import Any

from declarations.base import Declaration

Document = dict[str, Any]
"""A part of a room file, snake_case."""


def plain(declaration: Declaration) -> Document:
    """Return *declaration* as JSON's values, snake_case, without what is absent."""
    return declaration.model_dump(mode="json", by_alias=False, exclude_none=True, exclude_defaults=True)
