"""Waiting ends when the resource is ready, failed or gone, when time is up, and when the user stops."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from components.provider.aws.retries import Patience
from components.provider.aws.waiting import wait_until_gone, wait_until_ready
from components.provider.errors import CancelledError, MissingError, ProviderError, Subject
from components.resources.audience_model import AUDIENCE_MODEL
from components.resources.resource_type import Waiter

SUBJECT = Subject("AudienceModel", "model")


@pytest.fixture
def waiter() -> Waiter:
    assert AUDIENCE_MODEL.waits is not None
    return AUDIENCE_MODEL.waits


def hasty(stopped: threading.Event | None = None) -> Patience:
    return Patience(stopped or threading.Event(), factor=0.001)


class Statuses:
    """A resource that shows one status after the other, the last one for ever."""

    def __init__(self, *statuses: str | None) -> None:
        self._statuses: Iterator[str | None] = iter(statuses)
        self._last: str | None = None
        self.reads = 0

    def __call__(self) -> dict[str, Any]:
        self.reads += 1
        self._last = next(self._statuses, self._last)
        if self._last is None:
            raise MissingError("gone")
        return {"status": self._last, "statusDetails": {"message": "too little data"}}


def test_it_waits_until_ready(waiter: Waiter) -> None:
    read = Statuses("CREATE_PENDING", "CREATE_IN_PROGRESS", "ACTIVE")
    assert wait_until_ready(waiter, read, hasty(), 100, SUBJECT)["status"] == "ACTIVE"
    assert read.reads == 3


def test_a_failure_says_why(waiter: Waiter) -> None:
    with pytest.raises(ProviderError) as caught:
        wait_until_ready(waiter, Statuses("CREATE_PENDING", "CREATE_FAILED"), hasty(), 100, SUBJECT)
    assert caught.value.message == ("AudienceModel 'model': it is 'CREATE_FAILED' instead of 'ACTIVE': too little data")


def test_time_is_limited(waiter: Waiter) -> None:
    with pytest.raises(ProviderError, match="it is still 'CREATE_PENDING' after 5 s; run again to wait longer"):
        wait_until_ready(waiter, Statuses("CREATE_PENDING"), hasty(), 5, SUBJECT)


def test_time_of_a_deletion_is_limited(waiter: Waiter) -> None:
    with pytest.raises(ProviderError, match="it is still 'DELETE_PENDING' after 5 s; run again to wait longer"):
        wait_until_gone(waiter, Statuses("DELETE_PENDING"), hasty(), 5, SUBJECT)


def test_the_user_can_stop_it(waiter: Waiter) -> None:
    stopped = threading.Event()
    threading.Timer(0.05, stopped.set).start()
    begun = time.monotonic()
    with pytest.raises(CancelledError, match="AudienceModel 'model': stopped while waiting for status 'ACTIVE'"):
        wait_until_ready(waiter, Statuses("CREATE_PENDING"), Patience(stopped), 3600, SUBJECT)
    assert time.monotonic() - begun < 30


def test_it_waits_until_gone(waiter: Waiter) -> None:
    wait_until_gone(waiter, Statuses("DELETE_PENDING", "DELETE_IN_PROGRESS", None), hasty(), 100, SUBJECT)
    wait_until_gone(waiter, Statuses(None), hasty(), 100, SUBJECT)
    with pytest.raises(ProviderError, match="it was not deleted: it is 'DELETE_FAILED': too little data"):
        wait_until_gone(waiter, Statuses("DELETE_PENDING", "DELETE_FAILED"), hasty(), 100, SUBJECT)
