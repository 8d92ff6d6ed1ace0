"""What is generated is what is committed."""

from __future__ import annotations

from pathlib import Path

from components.sdk_generation.files import PAGES, SCHEMA, SDK, write

ROOT = Path(__file__).parents[3]
HAND_WRITTEN = {SDK / "_declaring.py"}


def test_generated_files_are_current(tmp_path: Path) -> None:
    written = write(tmp_path)
    stale = [path for path in written if (tmp_path / path).read_bytes() != (ROOT / path).read_bytes()]
    assert stale == [], "run: make generate"


def test_nothing_is_left_of_types_that_are_gone(tmp_path: Path) -> None:
    written = {*write(tmp_path), *HAND_WRITTEN} - {SCHEMA}
    found = {*(ROOT / SDK).glob("*.py"), *(ROOT / PAGES).glob("*.md")}
    assert {path.relative_to(ROOT) for path in found} == written
