"""What a benchmark reports, and how runs are repeated."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROUNDS = 5
"""Counted rounds of each measurement; the median is quoted."""

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Aim:
    """A target: a bound that a number should keep.

    Attributes:
        relation: How the number should compare with the bound.
        bound: In the unit of the number.
    """

    relation: Literal["<=", ">="]
    bound: float

    def __str__(self) -> str:
        return f"{self.relation} {self.bound:g}"

    def is_met(self, number: float) -> bool:
        """Return whether *number* keeps the bound."""
        return number <= self.bound if self.relation == "<=" else number >= self.bound


def at_most(bound: float) -> Aim:
    """Return the aim to stay at or below *bound*."""
    return Aim("<=", bound)


def at_least(bound: float) -> Aim:
    """Return the aim to stay at or above *bound*."""
    return Aim(">=", bound)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number.

    Attributes:
        name: What was measured.
        value: Median of the rounds, in *unit*.
        unit: Unit of *value*.
        ratio: Median of the round-by-round ratios to *peer*; None without a peer.
        peer: What it is compared with.
        ratio_aim: The target for *ratio*; None if there is none.
        aim: The target for *value*; None if there is none.
    """

    name: str
    value: float
    unit: str
    ratio: float | None = None
    peer: str = ""
    ratio_aim: Aim | None = None
    aim: Aim | None = None

    def aims(self) -> Iterator[tuple[Aim, bool]]:
        """Yield each aim with whether it is met."""
        if self.aim is not None:
            yield self.aim, self.aim.is_met(self.value)
        if self.ratio_aim is not None and self.ratio is not None:
            yield self.ratio_aim, self.ratio_aim.is_met(self.ratio)


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
    """Return the median wall time of a whole `cleanroom` process with *arguments*.

    Raises:
        subprocess.CalledProcessError: The command failed, so its time means nothing.
    """
    command = [str(Path(sys.executable).with_name("cleanroom")), *arguments]

    def once() -> None:
        subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True)  # noqa: S603 - our own command

    once()
    return statistics.median(seconds(once) for _ in range(rounds))
