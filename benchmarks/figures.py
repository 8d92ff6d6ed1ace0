"""What a benchmark reports, and how runs are repeated."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 5
"""Counted rounds of each measurement; the median is quoted."""

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number.

    Attributes:
        name: What was measured.
        value: Median of the rounds, in *unit*.
        unit: Unit of *value*.
        ratio: Median of the round-by-round ratios to *peer*; None without a peer.
        peer: What it is compared with.
        aim: The figure the project wants to hold, as text; "" when there is none.
    """

    name: str
    value: float
    unit: str
    ratio: float | None = None
    peer: str = ""
    aim: str = ""


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call of *work* takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def paired(work: Callable[[], object], peer: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float, float]:
    """Time *work* and *peer* in turn, after one warm-up of each.

    Returns:
        Median seconds of *work*, median seconds of *peer*, median of the ratios work / peer.
    """
    work()
    peer()
    pairs = [(seconds(work), seconds(peer)) for _ in range(rounds)]
    return (
        statistics.median(mine for mine, _ in pairs),
        statistics.median(theirs for _, theirs in pairs),
        statistics.median(mine / theirs for mine, theirs in pairs),
    )


def process_seconds(arguments: Sequence[str], rounds: int = ROUNDS) -> float:
    """Return the median wall time of a whole `cleanroom` process with *arguments*."""
    command = [str(Path(sys.executable).with_name("cleanroom")), *arguments]

    def once() -> None:
        subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=False)  # noqa: S603 - our own command

    once()
    return statistics.median(seconds(once) for _ in range(rounds))
