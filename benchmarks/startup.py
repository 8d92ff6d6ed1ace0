"""Whole processes: how long a person waits."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, at_most, process_seconds


def measure() -> Iterator[Figure]:
    """Time `cleanroom --help` and `cleanroom check` on the example, process start included.

    A check is timed twice: judging everything, and finding what the run before it remembered.
    """
    yield Figure("cleanroom --help", process_seconds(["--help"]), "s", aim=at_most(0.3))
    check = ["check", "examples/complete_journey/reach"]
    judged = process_seconds([*check, "--no-cache"])
    yield Figure(" ".join(["cleanroom", *check, "--no-cache"]), judged, "s", aim=at_most(1.5))
    yield Figure(" ".join(["cleanroom", *check]), process_seconds(check), "s")
