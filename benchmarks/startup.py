"""Wall time of whole `cleanroom` processes."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, at_most, process_seconds


def measure() -> Iterator[Figure]:
    """Time `cleanroom --help` and `cleanroom check` on the example, process start included.

    A check is timed twice: without the cache, and with the cache that the previous run filled.
    """
    yield Figure("cleanroom --help", process_seconds(["--help"]), "s", aim=at_most(0.3))
    check = ["check", "examples/complete_journey/reach"]
    judged = process_seconds([*check, "--no-cache"])
    yield Figure(" ".join(["cleanroom", *check, "--no-cache"]), judged, "s", aim=at_most(1.5))
    yield Figure(" ".join(["cleanroom", *check]), process_seconds(check), "s")
