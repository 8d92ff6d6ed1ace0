"""How a command prints its result."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """Text for people, JSON for programs."""

    TEXT = "text"
    JSON = "json"
