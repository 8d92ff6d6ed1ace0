"""Runs a protected query on a thread of its own, and records its status in transactions.

Source: API ProtectedQueryStatus, ProtectedQueryError, ProtectedQueryStatistics; userguide/error-codes.
"""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from declarations.plan import Compute
from simulator.api.cleanrooms.buckets import MissingBucketError
from simulator.api.cleanrooms.intermediate_rows import not_populated
from simulator.api.cleanrooms.kept_rows import delete_rows
from simulator.api.cleanrooms.query_asking import UNFINISHED, AskedQuery
from simulator.api.cleanrooms.query_charging import reserved_uses
from simulator.api.cleanrooms.query_data import RoomData
from simulator.api.cleanrooms.query_output import check_deliverable, check_places, delivered
from simulator.api.cleanrooms.spending import ledger
from simulator.api.store import Record, Store
from simulator.execution.charging import Booking
from simulator.execution.engines.limits import LOCAL_ENDPOINT, limits_from
from simulator.execution.errors import (
    DataError,
    ExecutionError,
    LimitExceededError,
    MissingDataError,
    QueryFailedError,
)
from simulator.execution.options import RunOptions
from simulator.execution.results import RunResult
from simulator.execution.running import run
from simulator.plans.cost import crpu_seconds
from simulator.privacy.accounts import BudgetExhausted, LedgerError
from simulator.privacy.rng import secure

_LOG = logging.getLogger(__name__)
_INTERRUPT_EVERY = 0.05
"""Seconds between two attempts to stop an engine."""

_WORKERS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="protected-query")


_STOPPED = {
    "message": "the endpoint was stopped while the query ran",
    "code": "TRANSIENT_ERROR",
    "retry": {"retryable": True},
}


class CancelledQueryError(Exception):
    """The query was cancelled before its result was delivered."""


class StoppedQueryError(Exception):
    """The endpoint was stopped before the result was delivered."""


@dataclass(slots=True)
class QueryRun:
    """One run of a query.

    Attributes:
        store: The store of its record.
        id: Id of the record, a `protected_query`.
        asked: The accepted query.
        data: The rows that it reads, once it has begun.
        is_stopped: Whether the endpoint is being stopped.
    """

    store: Store
    id: str
    asked: AskedQuery
    data: RoomData | None = field(default=None, init=False)
    is_stopped: bool = field(default=False, init=False)

    def interrupt(self) -> None:
        """Interrupt the engine's current statement; has no effect between two statements."""
        engine = self.data.engine if self.data else None
        if engine is not None:
            with suppress(Exception):  # the connection may be closed already
                engine.connection.interrupt()

    def record(self) -> Record:
        """Return the query's record.

        Raises:
            CancelledQueryError: The whole region was reset.
        """
        found = self.store.get("protected_query", self.id)
        if found is None:
            raise CancelledQueryError
        return found

    def uncancelled(self) -> Record:
        """Return the query's record.

        Raises:
            CancelledQueryError: It was cancelled, or the whole region was reset.
            StoppedQueryError: The endpoint is being stopped.
        """
        found = self.record()
        if found.body["status"] in {"CANCELLING", "CANCELLED"}:
            raise CancelledQueryError
        if self.is_stopped:
            raise StoppedQueryError
        return found

    def __call__(self) -> None:
        """Run the query, and record how it ended.

        Raises:
            StateFileError: The end cannot be recorded, because the state file cannot be written.
        """
        begun = time.perf_counter()
        try:
            with self.store.transaction():
                self.store.put(self.uncancelled().showing(status="STARTED"))
            shown = self._shown(begun)
            # The result is delivered and paid for, so it is too late to cancel.
            with self.store.transaction():
                self.store.put(self.record().showing(status="SUCCESS", **shown))
        except CancelledQueryError:
            self._finish("CANCELLED", begun)
        except Exception as error:  # noqa: BLE001 - recorded as the query's end
            self._fail(error, begun)

    def _shown(self, begun: float) -> dict[str, Any]:
        with (
            tempfile.TemporaryDirectory(prefix="cleanroom-query-") as folder,
            reserved_uses(self.store, self.asked) as spend,
        ):
            self.data = RoomData(
                {each.table.name.lower(): each for each in self.asked.used}, self.store.region, Path(folder)
            )
            check_places(self.store, self.uncancelled())
            try:
                result = self._answer(self.data)
            except QueryFailedError:
                spend()  # rows were read, and the failure may reveal something about one
                raise
            spend()  # before the first write, so that no part of the result is delivered without payment
            query = self.uncancelled()
            check_deliverable(self.store, query, result)
            output = delivered(self.store, query, self.asked, result, Path(folder))
        return {
            "result": {"output": output} if output else None,
            **_report(result),
            "statistics": _statistics(query, begun),
        }

    def _answer(self, data: RoomData) -> RunResult:
        data.refuse_missing()
        private = self.asked.privacy
        return run(
            self.asked.request,
            data,
            privacy=(private,) if private else (),
            booking=Booking(ledger()) if private else None,
            source=secure(),
            options=RunOptions(limits=limits_from(os.environ, LOCAL_ENDPOINT)),
        )

    def _fail(self, error: Exception, begun: float) -> None:
        try:
            self.uncancelled()
        except CancelledQueryError:
            self._finish("CANCELLED", begun)
            return
        except StoppedQueryError:
            self._finish("FAILED", begun, error=_STOPPED)
            return
        if isinstance(error, LimitExceededError) and error.limit == "seconds":
            _LOG.warning("protected query %s: %s", self.id, error)
            self._finish("TIMED_OUT", begun)
            return
        code, message = _explained(error)
        if code == "INTERNAL_ERROR":
            _LOG.error("protected query %s failed", self.id, exc_info=error)
        else:
            _LOG.warning("protected query %s: %s: %s", self.id, code, error)
        retry = {"retryable": code in {"INTERNAL_ERROR", "TRANSIENT_ERROR"}}
        self._finish("FAILED", begun, error={"code": code, "message": message, "retry": retry})

    def _finish(self, status: str, begun: float, **shown: Any) -> None:  # noqa: ANN401 - members of ProtectedQuery
        with self.store.transaction():
            found = self.store.get("protected_query", self.id)
            if found is None:
                delete_rows(self.id)
            else:
                _end(self.store, found, status, statistics=_statistics(found, begun), **shown)


_LIVE: dict[str, tuple[QueryRun, Future[None]]] = {}
"""The queries of this process that are not finished, by id."""


def start(query: QueryRun) -> None:
    """Run a query as soon as a worker is free; it waits for the transaction that created its record."""

    def forget(run: Future[None]) -> None:
        _LIVE.pop(query.id, None)
        if (error := run.exception()) is not None:
            _LOG.error("protected query %s: %s", query.id, error)

    run = _WORKERS.submit(query)
    _LIVE[query.id] = query, run
    run.add_done_callback(forget)


def stop(query_id: str) -> None:
    """Interrupt a running query, in the background; its record tells it that it was cancelled."""
    live = _LIVE.get(query_id)
    if live is not None:
        threading.Thread(target=_stop, args=live, name="protected-query-stop", daemon=True).start()


def _stop(query: QueryRun, run: Future[None]) -> None:
    while not run.done():
        query.interrupt()
        wait([run], _INTERRUPT_EVERY)


def stop_all() -> None:
    """Stop all queries of this process, so that it can exit."""
    for query, _ in list(_LIVE.values()):
        query.is_stopped = True
        stop(query.id)


def wait_for_all(seconds: float = 30) -> None:
    """Wait until all queries of this process have ended, at most for the given time."""
    wait([run for _, run in list(_LIVE.values())], seconds)


def resume(store: Store) -> None:
    """Mark queries as failed that were running when the endpoint stopped or crashed."""
    for query in store.of("protected_query"):
        if query.body["status"] in UNFINISHED:
            _end(store, query, "FAILED", error=_STOPPED)


def _end(store: Store, query: Record, status: str, **shown: Any) -> None:  # noqa: ANN401 - members of ProtectedQuery
    """Record the end of a query that has delivered nothing."""
    with store.transaction():
        delete_rows(query.id)
        store.put(query.showing(status=status, **shown))
        not_populated(store, query, f"the query {query.id} is {status}")


def _statistics(query: Record, begun: float) -> dict[str, Any]:
    seconds = time.perf_counter() - begun
    worker = query.body.get("computeConfiguration", {}).get("worker", {})
    stated = {"worker_type": worker.get("type"), "workers": worker.get("number")}
    compute = Compute(**{name: value for name, value in stated.items() if value is not None})
    units = round(crpu_seconds(compute, seconds) / 3600, 6)
    return {"totalDurationInMillis": round(seconds * 1000), "billedResourceUtilization": {"units": units}}


def _report(result: RunResult) -> dict[str, Any]:
    if result.privacy is None:
        return {}
    parameters = [each.to_response() for each in result.privacy.sensitivity_parameters]
    return {"differentialPrivacy": {"sensitivityParameters": parameters}}


_CODES: tuple[tuple[type[Exception], str], ...] = (
    (MissingDataError, "RESOURCE_NOT_FOUND"),
    (MissingBucketError, "RESOURCE_NOT_FOUND"),
    (DataError, "INVALID_RESOURCE"),
    (LedgerError, "INVALID_RESOURCE"),
    (LimitExceededError, "INSUFFICIENT_COMPUTE"),
    (QueryFailedError, "UNKNOWN_ERROR"),
    (ExecutionError, "MALFORMED_QUERY"),
)
"""Exception to the service's error code; the first match applies."""


def _explained(error: Exception) -> tuple[str, str]:
    """Return the service's code for a failure, and a message that quotes no row."""
    code = next((code for kind, code in _CODES if isinstance(error, kind)), "INTERNAL_ERROR")
    if code == "INTERNAL_ERROR":
        return code, "an internal error occurred"
    if isinstance(error, DataError) and code == "INVALID_RESOURCE":
        return code, f"the rows of table {error.table!r} do not fit its definition in the Glue Data Catalog"
    if isinstance(error, BudgetExhausted) and error.service_message:
        return code, error.service_message
    return code, str(error)
