"""The random draws of a forecast."""

from __future__ import annotations

from dataclasses import dataclass

PATHS = 10_000
"""Default number of paths when frequencies are random; few enough for an answer in seconds."""

SEED = 1
"""Default seed."""


@dataclass(frozen=True, slots=True)
class Draws:
    """How many paths are simulated, and from which seed.

    Attributes:
        paths: Number of paths when frequencies are random.
        seed: Seed of random moments and of pilot runs.
    """

    paths: int = PATHS
    seed: int = SEED
