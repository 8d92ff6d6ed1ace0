"""Waiting until a resource is ready, or gone: its status is read again and again, for a limited time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from grpc import StatusCode

from components.provider.aws.retries import Patience
from components.provider.errors import MissingError, ProviderError, Subject, UnreadyError
from components.resources.resource_type import Waiter
from declarations.naming import listed

Live = Mapping[str, Any]
Read = Callable[[], Live]
"""Reads the resource; raises MissingError when there is none."""


def wait_until_ready(waiter: Waiter, read: Read, patience: Patience, seconds: float, subject: Subject) -> Live:
    """Return what a resource shows once it is ready.

    Args:
        waiter: What its statuses mean.
        read: Reads it.
        patience: How to wait.
        seconds: How long; 0 takes as long as such a resource usually needs.
        subject: The resource, for messages.

    Raises:
        UnreadyError: It failed, or it took too long.
        CancelledError: The user wants to stop.
    """
    live = read()
    doing = f"waiting for status {listed(sorted(waiter.ready))}"
    for _ in patience.pauses(seconds or waiter.seconds, subject, doing):
        if live.get(waiter.status) not in waiter.creating:
            break
        live = read()
    status = live.get(waiter.status)
    if status in waiter.ready:
        return live
    if status in waiter.creating:
        raise UnreadyError(
            f"{subject}: it is still {status!r} after {seconds or waiter.seconds:g} s; run again to wait longer, "
            "or set custom_timeouts",
            live,
            StatusCode.DEADLINE_EXCEEDED,
        )
    message = f"{subject}: it is {status!r} instead of {listed(sorted(waiter.ready))}{_why(waiter, live)}"
    raise UnreadyError(message, live)


def wait_until_gone(waiter: Waiter, read: Read, patience: Patience, seconds: float, subject: Subject) -> None:
    """Wait until a resource is not found any more; the arguments are those of `wait_until_ready`.

    Raises:
        ProviderError: Its deletion failed, or it took too long.
        CancelledError: The user wants to stop.
    """
    try:
        live = read()
        for _ in patience.pauses(seconds or waiter.seconds, subject, "waiting for its end"):
            if live.get(waiter.status) not in waiter.deleting:
                break
            live = read()
    except MissingError:
        return
    status = live.get(waiter.status)
    if status in waiter.deleting:
        message = f"{subject}: it is still {status!r} after {seconds or waiter.seconds:g} s; run again to wait longer"
        raise ProviderError(f"{message}, or set custom_timeouts", StatusCode.DEADLINE_EXCEEDED)
    raise ProviderError(f"{subject}: it was not deleted: it is {status!r}{_why(waiter, live)}")


def _why(waiter: Waiter, live: Live) -> str:
    why = live.get(waiter.explanation)
    if isinstance(why, Mapping):
        why = why.get("message") or why.get("statusCode")
    return f": {why}" if why else ""
