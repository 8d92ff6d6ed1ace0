"""Running work of the engine so that Ctrl-C ends it at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Final, TypeVar

_STOP_EVERY: Final = 0.05
"""Seconds between two attempts to stop: an attempt before the work has begun has no effect."""

Found = TypeVar("Found")


def interruptible(work: Callable[[], Found], stop: Callable[[], None]) -> Found:
    """Return what *work* returns; on Ctrl-C stop it, and raise KeyboardInterrupt once it has ended.

    DuckDB notices Ctrl-C only while the calling thread itself does some of the work. While that thread waits for
    DuckDB's other threads, Ctrl-C would have no effect until the result is ready. So another thread makes the call, and
    the main thread, the only one that Python interrupts on Ctrl-C, waits for it.

    Args:
        work: The work, which may take long.
        stop: Ends *work* from another thread; has no effect when it is not running.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    found: Future[Found] = Future()

    def do() -> None:
        try:
            found.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the calling thread
            found.set_exception(error)

    asking = threading.Thread(target=do, name="query-statement", daemon=True)
    asking.start()
    try:
        return found.result()
    except KeyboardInterrupt:
        while asking.is_alive():
            with suppress(KeyboardInterrupt):  # Ctrl-C again: the work is already being stopped
                stop()
                asking.join(_STOP_EVERY)
        raise
    finally:
        asking.join()
