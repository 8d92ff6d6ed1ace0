"""Fixtures for all tests."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.outside import FOLDER

# A shell lets jobs in the background ignore Ctrl-C; tests that send it, here or to a child, must not depend on that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def outside() -> Path:
    """The folder of cases found in public sources; the test is skipped, aloud, when it is absent."""
    if not FOLDER.is_dir():
        pytest.skip("no folder ../shared/outside beside the repository")
    return FOLDER
