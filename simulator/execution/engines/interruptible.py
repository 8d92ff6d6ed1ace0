"""Work of the engine that Ctrl-C ends at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Final, TypeVar

_STOP_EVERY: Final = 0.05
"""Seconds between two attempts to stop: before the work has begun, nobody hears the first."""

Found = TypeVar("Found")


def interruptible(work: Callable[[], Found], stop: Callable[[], None]) -> Found:
    """Return what *work* returns; on Ctrl-C stop it, and raise KeyboardInterrupt when it has ended.

    DuckDB looks for Ctrl-C only while the thread that asks it works on the answer itself. Where that thread waits for
    others, which alone may have something to do, nobody would hear it before the answer is there. So another thread
    asks, and this one listens; only the main thread is told of Ctrl-C.

    Args:
        work: What may take long.
        stop: Ends *work*, from another thread; without effect when it does not run.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    found: Future[Found] = Future()

    def do() -> None:
        try:
            found.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where it was asked for
            found.set_exception(error)

    asking = threading.Thread(target=do, name="query-statement", daemon=True)
    asking.start()
    try:
        return found.result()
    except KeyboardInterrupt:
        while asking.is_alive():
            with suppress(KeyboardInterrupt):  # Ctrl-C again: it is being stopped
                stop()
                asking.join(_STOP_EVERY)
        raise
    finally:
        asking.join()
