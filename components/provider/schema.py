"""The package schema: what other languages' SDKs, import and editors read."""

from __future__ import annotations

from pathlib import Path
from typing import Final

SCHEMA: Final = Path(__file__).with_name("schema.json")
"""Generated and committed: reading it takes no time, making it takes the service models."""


def schema_text() -> str:
    """Return the package schema as JSON."""
    return SCHEMA.read_text(encoding="utf-8")
