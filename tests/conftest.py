"""Fixtures for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.outside import FOLDER


@pytest.fixture
def outside() -> Path:
    """The folder of cases found in public sources; the test is skipped, aloud, when it is absent."""
    if not FOLDER.is_dir():
        pytest.skip("no folder ../shared/outside beside the repository")
    return FOLDER
