"""Cases found in public sources, kept beside the repository in the folder `../shared/outside`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from tests.yaml_text import from_yaml

FOLDER = Path(__file__).parents[2] / "shared" / "outside"


@cache
def entries(name: str) -> list[dict[str, Any]]:
    """Return the entries of a file of that folder; none when the folder is not there."""
    path = FOLDER / name
    if not path.is_file():
        return []
    found: list[dict[str, Any]] = from_yaml(path.read_text(encoding="utf-8"))
    return found


@cache
def by_id(name: str) -> dict[str, dict[str, Any]]:
    """Return the entries of a file by their id."""
    return {entry["id"]: entry for entry in entries(name)}
