"""The files that resources keep beside the state: what a model was trained with, whom a job has found."""

from __future__ import annotations

from pathlib import Path

from simulator.api.world import WORLD


def file_of(arn: str) -> Path:
    """Return the file of a resource of Clean Rooms ML; it need not exist."""
    folder = WORLD.folder / "audiences"
    folder.mkdir(exist_ok=True)
    return folder / arn.rpartition("/")[2]
