"""Interrupts the engine, again and again, once the run's time limit has passed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

_STOP_EVERY: Final = 0.05
"""Seconds between two attempts to stop: an attempt between two statements has no effect."""


class Deadline:
    """Calls *stop* repeatedly once the time is over, until closed.

    Args:
        seconds: Time until the first call, counted from now; > 0.
        stop: Stops the running statement; called from another thread; has no effect when none is running.

    Attributes:
        has_passed: Whether the time is over.
    """

    def __init__(self, seconds: float, stop: Callable[[], None]) -> None:
        self.has_passed = False
        self._stop = stop
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._watch, args=(seconds,), name="query-deadline", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Make no further call of *stop*; returns once no call is under way."""
        self._closed.set()
        self._thread.join()

    def _watch(self, seconds: float) -> None:
        if self._closed.wait(seconds):
            return
        self.has_passed = True
        while True:
            self._stop()
            if self._closed.wait(_STOP_EVERY):
                return
