"""The base room as a folder that a test may change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.declarations.loading.refusals import CASES


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the base room, as the current folder."""
    shutil.copytree(CASES / "base", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path
