"""Fixtures for all tests."""

from __future__ import annotations

import gc
import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from tests.outside import FOLDER

# A shell lets jobs in the background ignore Ctrl-C; tests that send it, here or to a child, must not depend on that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A defect of ours in reading a query is raised, not told as a refusal.
os.environ["CLEANROOM_DEBUG"] = "1"

# How long an example takes says more of the machine than of the code; `benchmarks/` measures speed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_finish() -> None:
    """Let the garbage collector not look again and again at thousands of cases, which stay to the end."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let everything go at the end: DuckDB tells of what it finds left."""
    gc.unfreeze()


@pytest.fixture
def outside() -> Path:
    """The folder of cases found in public sources; the test is skipped, aloud, when it is absent."""
    if not FOLDER.is_dir():
        pytest.skip("no folder ../shared/outside beside the repository")
    return FOLDER
