"""The mistakes that people make on the command line: what they see, to the letter, and the exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import Cleanroom
from tests.yaml_text import from_yaml

CASES: dict[str, dict[str, Any]] = from_yaml(
    (Path(__file__).parents[1] / "cases" / "cli" / "mistakes.yaml").read_text(encoding="utf-8")
)


@pytest.mark.usefixtures("sample_rows")
@pytest.mark.parametrize("name", CASES)
def test_mistake(cleanroom: Cleanroom, tmp_path: Path, name: str) -> None:
    """Nothing but the message on standard error, no stack trace, and the documented exit code."""
    case = CASES[name]
    (tmp_path / "folder").mkdir()
    for file, text in case.get("files", {}).items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    outcome = cleanroom(*(word.replace("TMP", str(tmp_path)) for word in case["arguments"]))
    said = outcome.stderr.replace(str(tmp_path), "TMP")
    if "unwrapped" in case:
        said = " ".join(said.split())
    assert said.strip() == case.get("stderr", case.get("unwrapped", "")).strip()
    assert outcome.exit_code == case["exit"]
    assert outcome.stdout == ""
