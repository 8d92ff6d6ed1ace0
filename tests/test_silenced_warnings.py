"""Every warning that is silenced says why, as CONTRIBUTING.md asks."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("declarations", "policies", "simulator", "components", "cli", "benchmarks", "docs", "examples")
WITHOUT_REASON = re.compile(r"#\s*(?:noqa(?:: [A-Z0-9, ]+)?|type: ignore(?:\[[a-z, -]+\])?)\s*$", re.MULTILINE)


def test_every_silenced_warning_has_a_reason() -> None:
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    assert [str(path) for path in files if WITHOUT_REASON.search(path.read_text(encoding="utf-8"))] == []
