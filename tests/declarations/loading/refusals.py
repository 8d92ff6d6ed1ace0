"""The base room of these tests, its wrong variants, and what a user is told of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from declarations.loading import LoadingError, load_room
from tests.yaml_text import from_yaml

CASES = Path(__file__).parents[2] / "cases/loading"


def wrong(file: str) -> list[Any]:
    """Return the cases of a file of wrong rooms, each with its name."""
    cases = from_yaml((CASES / file).read_text(encoding="utf-8"))
    return [pytest.param(case, id=name) for name, case in cases.items()]


def refusal(path: Path | str) -> str:
    """Return what a user is told of a room that is refused."""
    with pytest.raises(LoadingError) as raised:
        load_room(Path(path))
    return str(raised.value)
