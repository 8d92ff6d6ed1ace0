"""Whole processes: how long a person waits."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, process_seconds


def measure() -> Iterator[Figure]:
    """Time `cleanroom --help` and `cleanroom check` on the example, process start included."""
    yield Figure("cleanroom --help", process_seconds(["--help"]), "s", aim="< 0.3 s")
    check = ["check", "examples/complete_journey/reach"]
    yield Figure("cleanroom check examples/complete_journey/reach", process_seconds(check), "s", aim="< 1.5 s")
