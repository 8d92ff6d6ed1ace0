"""Files of resources: the training data of models, and the users found by jobs."""

from __future__ import annotations

from pathlib import Path

from simulator.api.world import WORLD


def file_of(arn: str) -> Path:
    """Return the file of a resource of Clean Rooms ML; it need not exist."""
    folder = WORLD.folder / "audiences"
    folder.mkdir(exist_ok=True)
    return folder / arn.rpartition("/")[2]
