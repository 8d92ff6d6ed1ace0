"""Models of one's own as state machines: each takes its next step when it is looked at. No container runs.

Source: API TrainedModelStatus, TrainedModelInferenceJobStatus, MLInputChannelStatus.
"""

from __future__ import annotations

from simulator.api.calls import Call
from simulator.api.errors import conflict
from simulator.api.store import Record

NOT_EMULATED = "a state machine: no container runs, nothing is written to S3"
"""Limitations, shown in `IMPLEMENTATION_COVERAGE.md` and in `statusDetails`."""

GONE = frozenset({"INACTIVE", "CREATE_FAILED"})
"""Statuses of what holds no data any more."""

RUNNING = frozenset({"CREATE_PENDING", "CREATE_IN_PROGRESS"})
"""Statuses of what can still be cancelled."""

_NEXT = {
    "CREATE_PENDING": "CREATE_IN_PROGRESS",
    "CREATE_IN_PROGRESS": "ACTIVE",
    "CANCEL_PENDING": "CANCEL_IN_PROGRESS",
    "CANCEL_IN_PROGRESS": "INACTIVE",
    "DELETE_PENDING": "DELETE_IN_PROGRESS",
    "DELETE_IN_PROGRESS": "INACTIVE",
}
_DETAILS = {"statusCode": "NOT_EMULATED", "message": NOT_EMULATED}


def stepped(call: Call, record: Record) -> Record:
    """Let a resource take its next step, if it has one."""
    status = _NEXT.get(record.body["status"])
    if status is None:
        return record
    details = _DETAILS if status == "ACTIVE" else None
    return call.store.put(record.showing(status=status, statusDetails=details, updateTime=call.now))


def cancel(call: Call, record: Record) -> None:
    """Cancel what is not ready yet.

    Raises:
        ApiError: ConflictException.
    """
    _change(call, record, RUNNING, "CANCEL_PENDING")


def delete_data(call: Call, record: Record) -> None:
    """Delete what is behind a resource; the resource itself stays, and says so.

    Raises:
        ApiError: ConflictException: it is not ready, or deleted already.
    """
    _change(call, record, frozenset({"ACTIVE"}), "DELETE_PENDING")


def _change(call: Call, record: Record, before: frozenset[str], after: str) -> None:
    if record.body["status"] not in before:
        message = f"{record.kind.replace('_', ' ')} {record.id} is {record.body['status']}"
        raise conflict(message, "INVALID_STATE", record.id)
    call.store.put(record.showing(status=after, updateTime=call.now))
