"""Custom models as state machines: each advances to its next status when it is read. No container runs.

Source: API TrainedModelStatus, TrainedModelInferenceJobStatus, MLInputChannelStatus.
"""

from __future__ import annotations

from simulator.api.calls import Call
from simulator.api.errors import conflict
from simulator.api.store import Record

NOT_EMULATED = "a state machine: no container runs, nothing is written to S3"
"""Limitations, shown in `IMPLEMENTATION_COVERAGE.md` and in `statusDetails`."""

GONE = frozenset({"INACTIVE", "CREATE_FAILED"})
"""Statuses of resources that no longer hold data."""

RUNNING = frozenset({"CREATE_PENDING", "CREATE_IN_PROGRESS"})
"""Statuses of resources that can still be cancelled."""

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
    """Advance a resource to its next status, if it has one."""
    status = _NEXT.get(record.body["status"])
    if status is None:
        return record
    details = _DETAILS if status == "ACTIVE" else None
    return call.store.put(record.showing(status=status, statusDetails=details, updateTime=call.now))


def cancel(call: Call, record: Record) -> None:
    """Cancel a resource that is not ready yet.

    Raises:
        ApiError: ConflictException.
    """
    _change(call, record, RUNNING, "CANCEL_PENDING")


def delete_data(call: Call, record: Record) -> None:
    """Delete the data of a resource; the resource itself stays, as inactive.

    Raises:
        ApiError: ConflictException: it is not ready, or its data is already deleted.
    """
    _change(call, record, frozenset({"ACTIVE"}), "DELETE_PENDING")


def _change(call: Call, record: Record, before: frozenset[str], after: str) -> None:
    if record.body["status"] not in before:
        message = f"{record.kind.replace('_', ' ')} {record.id} is {record.body['status']}"
        raise conflict(message, "INVALID_STATE", record.id)
    call.store.put(record.showing(status=after, updateTime=call.now))
