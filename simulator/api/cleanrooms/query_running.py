"""A protected query while it runs: on a thread of its own, with its state told in transactions.

Source: API ProtectedQueryStatus, ProtectedQueryError, ProtectedQueryStatistics; userguide/error-codes.
"""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from declarations.plan import Compute
from simulator.api.cleanrooms.buckets import MissingBucketError
from simulator.api.cleanrooms.intermediate_rows import not_populated
from simulator.api.cleanrooms.kept_rows import delete_rows
from simulator.api.cleanrooms.query_asking import AskedQuery
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


class CancelledQueryError(Exception):
    """The query was cancelled before its result was delivered."""


@dataclass(slots=True)
class QueryRun:
    """One run of a query.

    Attributes:
        store: Where its record is.
        id: Id of the record, a `protected_query`.
        asked: What runs.
        data: The rows it reads, once it has begun.
    """

    store: Store
    id: str
    asked: AskedQuery
    data: RoomData | None = field(default=None, init=False)

    running: ClassVar[dict[str, QueryRun]] = {}
    """The runs of this process that are not finished, by id."""

    def interrupt(self) -> None:
        """Stop the engine, as often as it takes: between two statements, nobody hears it."""
        while self.id in self.running:
            engine = self.data.engine if self.data else None
            if engine is not None:
                with suppress(Exception):  # it may be closed by now
                    engine.connection.interrupt()
            time.sleep(_INTERRUPT_EVERY)

    def record(self) -> Record:
        """Return the query's record.

        Raises:
            CancelledQueryError: Somebody forgot the whole region.
        """
        found = self.store.get("protected_query", self.id)
        if found is None:
            raise CancelledQueryError
        return found

    def uncancelled(self) -> Record:
        """Return the query's record.

        Raises:
            CancelledQueryError: Somebody cancelled it, or forgot the whole region.
        """
        found = self.record()
        if found.body["status"] in {"CANCELLING", "CANCELLED"}:
            raise CancelledQueryError
        return found

    def __call__(self) -> None:
        """Run, and tell how it ended; nothing is raised."""
        begun = time.perf_counter()
        try:
            with self.store.transaction():
                self.store.put(self.uncancelled().showing(status="STARTED"))
            shown = self._shown(begun)
            # Who has the result has paid for it: to cancel is too late now.
            with self.store.transaction():
                self.store.put(self.record().showing(status="SUCCESS", **shown))
        except CancelledQueryError:
            self._finish("CANCELLED", begun)
        except Exception as error:  # noqa: BLE001 - a thread has nobody to raise to
            self._fail(error, begun)
        finally:
            self.running.pop(self.id, None)

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
                spend()  # rows were read, and a failure may tell of one
                raise
            spend()  # before the first write: whoever has a part of the result has paid for it
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
            delete_rows(self.id)
            if found is not None:
                self.store.put(found.showing(status=status, statistics=_statistics(found, begun), **shown))
                not_populated(self.store, found, f"the query {self.id} is {status}")


def start(query: QueryRun) -> None:
    """Let a query run as soon as a worker is free; it waits for the transaction that made its record."""
    QueryRun.running[query.id] = query
    _WORKERS.submit(query)


def wait_for_all(seconds: float = 30) -> None:
    """Wait until no query of this process runs any more, or the time is over."""
    until = time.monotonic() + seconds
    while QueryRun.running and time.monotonic() < until:
        time.sleep(0.01)


def stop(query_id: str) -> None:
    """Stop a query that runs, in the background; it sees by its record that it was cancelled."""
    query = QueryRun.running.get(query_id)
    if query is not None:
        threading.Thread(target=query.interrupt, name="protected-query-stop", daemon=True).start()


def stop_all() -> None:
    """Stop all queries of this process, so that it can end."""
    for query_id in list(QueryRun.running):
        stop(query_id)


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
"""Why a run stops to the service's code for it; the first that fits."""


def _explained(error: Exception) -> tuple[str, str]:
    """Return the service's code for a failure, and words that quote no row."""
    code = next((code for kind, code in _CODES if isinstance(error, kind)), "INTERNAL_ERROR")
    if code == "INTERNAL_ERROR":
        return code, "an internal error occurred"
    if isinstance(error, DataError) and code == "INVALID_RESOURCE":
        return code, f"the rows of table {error.table!r} do not fit its definition in the Glue Data Catalog"
    if isinstance(error, BudgetExhausted) and error.service_message:
        return code, error.service_message
    return code, str(error)
