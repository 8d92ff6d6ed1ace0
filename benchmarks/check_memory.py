"""Memory over a hundred thousand checks in one process: it must not grow with their number."""

from __future__ import annotations

import gc
import resource
import sys
from collections.abc import Iterator
from itertools import cycle, islice

from benchmarks.check import requests
from benchmarks.figures import Figure, at_most
from simulator.analysis_rules import judge
from simulator.request import AnalysisRequest

_WARM_UP = 5_000
_CHECKS = 100_000


def measure() -> Iterator[Figure]:
    """Judge the queries over and over; compare the peak of resident memory with that after the first few thousand."""
    subjects = cycle(requests())
    _judge(subjects, _WARM_UP)
    before = _peak()
    _judge(subjects, _CHECKS)
    after = _peak()
    yield Figure(
        f"check, peak memory after {_CHECKS:,} more", after, "MB", after / before, "peak before", at_most(1.05)
    )


def _judge(subjects: Iterator[AnalysisRequest], number: int) -> None:
    for request in islice(subjects, number):
        judge(request)
    gc.collect()


def _peak() -> float:
    """Return the largest resident memory of this process so far, in MB (ru_maxrss: bytes on macOS, else kilobytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)
