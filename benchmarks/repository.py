"""Checking a whole repository: 50 rooms, 500 tables, 2,000 queries; again when nothing has changed."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import ROUNDS, Figure, at_most, seconds
from tests.cli.repository import write_repository

ROOMS = 50
TABLES = 10
"""Tables of a room."""
QUERIES = 40
"""Queries of a room."""


def measure() -> Iterator[Figure]:
    """Check the repository in a process of its own: for the first time, and again."""
    folder = Path(tempfile.mkdtemp())
    try:
        write_repository(folder, ROOMS, TABLES, QUERIES)
        what = f"{ROOMS} rooms, {ROOMS * TABLES} tables, {ROOMS * QUERIES:,} queries"
        yield Figure(f"check a repository once ({what})", seconds(lambda: _check(folder)), "s", aim=at_most(30))
        again = statistics.median(seconds(lambda: _check(folder)) for _ in range(ROUNDS))
        yield Figure("check it again, nothing changed", again, "s", aim=at_most(3))
    finally:
        shutil.rmtree(folder)


def _check(folder: Path) -> None:
    command = [str(Path(sys.executable).with_name("cleanroom")), "check", str(folder)]
    subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own command
