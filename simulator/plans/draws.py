"""What is left to chance in a forecast."""

from __future__ import annotations

from dataclasses import dataclass

PATHS = 10_000
"""Paths played by default when frequencies are random: few enough for an answer in seconds."""

SEED = 1
"""Seed by default."""


@dataclass(frozen=True, slots=True)
class Draws:
    """How many paths are played, and from which seed.

    Attributes:
        paths: Paths to play when frequencies are random.
        seed: Seed of random moments and of pilot runs.
    """

    paths: int = PATHS
    seed: int = SEED
