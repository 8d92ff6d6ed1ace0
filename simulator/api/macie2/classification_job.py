"""Classification jobs: created, run in the background over the objects in S3, paused, resumed, cancelled.

A scheduled job begins its next run when jobs or findings are read after it is due.

Source: API CreateClassificationJob and its kin; userguide/discovery-jobs.
"""

from __future__ import annotations

from typing import Any

from declarations.macie import ClassificationJob
from simulator.api.calls import Answer, Call
from simulator.api.errors import invalid
from simulator.api.macie2 import custom_data_identifier
from simulator.api.macie2.allow_list import KIND as ALLOW_LIST
from simulator.api.macie2.detection.managed import unknown_ids
from simulator.api.macie2.job_listing import filtered, ordered
from simulator.api.macie2.job_running import restart, stop
from simulator.api.macie2.job_settling import settle
from simulator.api.macie2.job_states import JOB, change_status, first_run
from simulator.api.macie2.owned import arn, fingerprint, hex_id, own, parse_declaration, repeated
from simulator.api.macie2.session import check_enabled
from simulator.api.store import Record
from simulator.api.tagging import show_with_tags

NOT_EMULATED = "Jobs are never PAUSED by the monthly quota; no events are published"

_MEMBERS = (
    "clientToken",
    "name",
    "description",
    "jobType",
    "s3JobDefinition",
    "scheduleFrequency",
    "samplingPercentage",
    "customDataIdentifierIds",
    "allowListIds",
    "managedDataIdentifierIds",
    "managedDataIdentifierSelector",
)
_ALL_PERCENT = 100


def create_classification_job(call: Call) -> Answer:
    """Create a job and begin its first run; an identical request with the same client token returns the same job."""
    check_enabled(call)
    parse_declaration(ClassificationJob, call.asked)
    _check_identifiers(call)
    made = repeated(call, JOB)
    if made is None:
        made = call.store.put(_new(call))
        restart(call.store, made)
    return {"jobId": made.id, "jobArn": made.arn}


def describe_classification_job(call: Call) -> Answer:
    """Show a job with its current state."""
    check_enabled(call)
    settle(call)
    return show_with_tags(own(call, JOB, call.asked["jobId"]))


def list_classification_jobs(call: Call) -> Answer:
    """List the jobs that meet the filter, in the requested order; by default the newest first."""
    check_enabled(call)
    settle(call)
    shown = [_summary(each) for each in call.store.of(JOB, account=call.account)]
    chosen = filtered(shown, call.asked.get("filterCriteria", {}))
    return {"items": ordered(chosen, call.asked.get("sortCriteria", {}))}


def update_classification_job(call: Call) -> Answer:
    """Pause, resume or cancel a job, even while it runs."""
    check_enabled(call)
    settle(call)
    job = own(call, JOB, call.asked["jobId"])
    after = call.store.put(change_status(job, call.asked["jobStatus"], call.now))
    stop(job)
    if after.body["jobStatus"] == "RUNNING":
        restart(call.store, after)
    return {}


def _new(call: Call) -> Record:
    made = hex_id()
    scheduled = call.asked["jobType"] == "SCHEDULED"
    body: dict[str, Any] = {
        "id": made,
        "jobId": made,
        "arn": arn(call, "classification-job", made),
        "createdAt": call.now,
        "lastRunTime": call.now,
        "initialRun": False,
        "samplingPercentage": _ALL_PERCENT,
        "jobStatus": "RUNNING",
        "lastRunErrorStatus": {"code": "NONE"},
        "statistics": {"approximateNumberOfObjectsToProcess": 0, "numberOfRuns": 0},
        **call.chosen(*_MEMBERS, "initialRun"),
    }
    body["jobArn"] = body["arn"]
    hidden = {
        "token": call.asked["clientToken"],
        "request": fingerprint(call.asked),
        **first_run(call.now, call.store.region, waiting=scheduled and not call.asked.get("initialRun", False)),
    }
    return Record(JOB, made, call.account, body, tags=call.asked.get("tags", {}), hidden=hidden)


def _check_identifiers(call: Call) -> None:
    if unknown := unknown_ids(call.asked.get("managedDataIdentifierIds", ())):
        raise invalid(f"managedDataIdentifierIds: {unknown[0]!r} is not a managed data identifier")
    kinds = (
        ("customDataIdentifierIds", custom_data_identifier.KIND, "a custom data identifier"),
        ("allowListIds", ALLOW_LIST, "an allow list"),
    )
    for member, kind, word in kinds:
        for each in call.asked.get(member, ()):
            found = call.store.get(kind, each)
            if found is None or found.account != call.account or found.body.get("deleted"):
                raise invalid(f"{member}: {each!r} is not {word} of account {call.account}")


def _summary(job: Record) -> dict[str, Any]:
    definition = job.body["s3JobDefinition"]
    buckets = {name: definition[name] for name in ("bucketDefinitions", "bucketCriteria") if name in definition}
    return {**job.body, **buckets}
