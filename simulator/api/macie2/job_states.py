"""The states of a job and their transitions, by request and over time, as pure functions of records.

Source: API UpdateClassificationJob, DescribeClassificationJob (jobStatus, userPausedDetails).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from simulator.api.errors import invalid
from simulator.api.macie2.owned import hex_id
from simulator.api.macie2.schedule import next_run
from simulator.api.store import Record

JOB = "macie_job"
"""The kind under which jobs are kept."""

ENDED = frozenset({"CANCELLED", "COMPLETE"})
"""The final states."""

_ALLOWED: Mapping[str, frozenset[str]] = {
    "CANCELLED": frozenset({"IDLE", "PAUSED", "RUNNING", "USER_PAUSED"}),
    "RUNNING": frozenset({"USER_PAUSED"}),
    "USER_PAUSED": frozenset({"IDLE", "PAUSED", "RUNNING"}),
}
"""The states that can be requested, with the states in which they can be."""

_EXPIRES = timedelta(days=30)
_WARNED = timedelta(days=23)
_TICK = timedelta(milliseconds=1)
"""Margin: times of calls are cut to the millisecond, so an object written just before a call could seem later."""


def change_status(job: Record, status: str, moment: datetime) -> Record:
    """Return the job after a request for another status.

    Raises:
        ApiError: ValidationException, when the current status does not allow it.
    """
    before = job.body["jobStatus"]
    if before == "CANCELLED":
        raise invalid(f"The request failed because you cannot update cancelled job for job {job.id}")
    if before not in _ALLOWED.get(status, frozenset()):
        allowed = ", ".join(sorted(_ALLOWED.get(status, ()))) or "no status"
        raise invalid(f"jobStatus {status} can be requested when the job is {allowed}; job {job.id} is {before}")
    if status == "CANCELLED":
        return job.showing(jobStatus=status, userPausedDetails=None)
    if status == "USER_PAUSED":
        paused: dict[str, Any] = {"jobPausedAt": moment}
        if before == "RUNNING":
            paused["jobExpiresAt"] = moment + _EXPIRES
        return job.showing(jobStatus=status, userPausedDetails=paused)
    return _resumed(job, moment)


def settled(job: Record, moment: datetime) -> Record:
    """Return the job at a moment: with an expired pause, a warning of expiration, or a run that is due."""
    if job.body["jobStatus"] == "USER_PAUSED":
        return _aged(job, moment)
    if job.body["jobStatus"] == "IDLE" and moment >= job.hidden["due"]:
        return begun(job, moment)
    return job


def first_run(moment: datetime, region: str, *, waiting: bool) -> dict[str, Any]:
    """Return the hidden data of a job at the beginning of its first run.

    Args:
        moment: The time, in UTC.
        region: The job's region.
        waiting: Whether to skip existing objects: then the first run analyses nothing, and is not counted.
    """
    return {
        "region": region,
        "turn": hex_id(),
        "listed": False,
        "done": 0,
        "problems": {},
        "waiting": waiting,
        "since": None,
        "until": moment + _TICK,
    }


def begun(job: Record, moment: datetime) -> Record:
    """Return the job at the beginning of a run that analyses objects written since the previous run."""
    shown = job.showing(jobStatus="RUNNING", lastRunTime=moment, statistics=_statistics(job, 0))
    return shown.hiding(
        turn=hex_id(), listed=False, done=0, problems={}, since=job.hidden["until"], until=moment + _TICK
    )


def progressed(job: Record, done: int, left: int, problem: str | None = None) -> Record:
    """Return the job when *done* objects of its run are analysed and *left* are not.

    Args:
        job: The job.
        done: Number of objects.
        left: Number of objects.
        problem: Why the last object was not analysed completely; None when it was.
    """
    problems = dict(job.hidden["problems"])
    if problem is not None:
        problems[problem] = problems.get(problem, 0) + 1
    return job.showing(statistics=_statistics(job, left)).hiding(done=done, problems=problems)


def finished(job: Record, moment: datetime, *, error: bool) -> Record:
    """Return the job at the end of a run; *error* says whether an account or a bucket could not be read."""
    counts = 0 if job.hidden.get("waiting") else 1
    runs = job.body["statistics"]["numberOfRuns"] + counts
    one_time = job.body["jobType"] == "ONE_TIME"
    shown = job.showing(
        jobStatus="COMPLETE" if one_time else "IDLE",
        lastRunErrorStatus={"code": "ERROR" if error else "NONE"},
        statistics={"approximateNumberOfObjectsToProcess": 0, "numberOfRuns": runs},
    )
    began = job.body["lastRunTime"]
    due = None if one_time else next_run(job.body["scheduleFrequency"], max(began, moment))
    return shown.hiding(due=due, waiting=False, turn=None)


def _resumed(job: Record, moment: datetime) -> Record:
    running = "jobExpiresAt" in job.body["userPausedDetails"]
    shown = job.showing(jobStatus="RUNNING" if running else "IDLE", userPausedDetails=None)
    if running:
        return shown.hiding(turn=hex_id())
    return shown.hiding(due=next_run(job.body["scheduleFrequency"], moment))


def _aged(job: Record, moment: datetime) -> Record:
    paused = job.body["userPausedDetails"]
    expires = paused.get("jobExpiresAt")
    if expires is None:
        return job
    if moment >= expires:
        if job.body["jobType"] == "ONE_TIME":
            return job.showing(jobStatus="CANCELLED", userPausedDetails=None)
        return job.showing(userPausedDetails={"jobPausedAt": paused["jobPausedAt"]})
    if moment >= paused["jobPausedAt"] + _WARNED and "jobImminentExpirationHealthEventArn" not in paused:
        event = f"arn:aws:health:{job.hidden['region']}::event/MACIE/AWS_MACIE_JOB_EXPIRING/{job.id}"
        return job.showing(userPausedDetails={**paused, "jobImminentExpirationHealthEventArn": event})
    return job


def _statistics(job: Record, left: int) -> dict[str, Any]:
    return {**job.body["statistics"], "approximateNumberOfObjectsToProcess": left}
