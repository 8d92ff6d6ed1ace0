"""Audience export jobs: an audience of one of the configured sizes, written to the bucket of the model's owner.

An export is written when exports are next listed, as JSON lines `{"user_id": "..."}`, the format of seeds.

Source: API StartAudienceExportJob, ListAudienceExportJobs.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from simulator.api.calls import Answer, Call, new_id
from simulator.api.cleanrooms.buckets import MissingBucketError, write_object
from simulator.api.cleanrooms.records import check_quota
from simulator.api.cleanroomsml.audiences import audience, sizes_of
from simulator.api.cleanroomsml.lookup import check_active, own
from simulator.api.cleanroomsml.records import check_name
from simulator.api.errors import invalid_field
from simulator.api.store import Record

KIND = "audience_export_job"
"""The kind under which exports are kept; the parent is the account's copy of the audience generation job."""

_JOB = "audience_generation_job"
_PENDING = "CREATE_PENDING"


def start_audience_export_job(call: Call) -> Answer:
    """Start the export of an audience of one of the sizes of the configured audience model."""
    job = own(call, _JOB)
    check_active(job)
    sizes = sizes_of(job.hidden["model"])
    if call.asked["audienceSize"] not in sizes:
        allowed = ", ".join(f"{each['type']} {each['value']}" for each in sizes)
        raise invalid_field(
            "audienceSize", f"Member must be one of the sizes of the configured audience model: {allowed}"
        )
    check_name(call, KIND)
    held = call.store.of(KIND, account=call.account)
    check_quota("pending_audience_export_jobs", sum(each.body["status"] == _PENDING for each in held) + 1)
    check_quota("audience_export_jobs", len(call.store.of(KIND, parent=job.id)) + 1)
    made = _record(call)
    for copy in call.store.of(_JOB, parent=job.parent):
        if copy.hidden["job"] == job.hidden["job"]:
            body = made.showing(audienceGenerationJobArn=copy.id)
            call.store.put(replace(body, id=f"{made.id}/{copy.account}", account=copy.account, parent=copy.id))
    return {}


def list_audience_export_jobs(call: Call) -> Answer:
    """List the caller's exports after writing pending ones, including those of jobs shared with another account."""
    job = call.asked.get("audienceGenerationJobArn")
    exports = call.store.of(KIND, parent=job, account=call.account)
    return {"audienceExportJobs": [_written(call, each).body for each in exports]}


def _record(call: Call) -> Record:
    made = new_id()
    body = {
        "status": _PENDING,
        "createTime": call.now,
        "updateTime": call.now,
        **call.chosen("name", "description", "audienceSize"),
    }
    return Record(KIND, made, call.account, body).hiding(export=made)


def _written(call: Call, export: Record) -> Record:
    """Write a pending export, and update both accounts' records; only the model's owner sees the location."""
    if export.body["status"] != _PENDING:
        return export
    job = call.store.get(_JOB, export.parent)
    if job is None:
        raise LookupError(export.parent)
    try:
        # Neither account sees where the other's data is.
        common = {"status": "ACTIVE"}
        private: dict[str, Any] = {"outputLocation": _write(export, job)}
    except MissingBucketError as error:
        common = {"status": "CREATE_FAILED"}
        private = {"statusDetails": {"statusCode": "OUTPUT_BUCKET_NOT_FOUND", "message": str(error)}}
    own_copy = export
    for copy in call.store.of(KIND):
        if copy.hidden["export"] == export.hidden["export"]:
            seen = private if copy.account == _owner(job) else {}
            put = call.store.put(copy.showing(**common, **seen, updateTime=call.now))
            own_copy = put if put.id == export.id else own_copy
    return own_copy


def _owner(job: Record) -> str:
    owner: str = job.parent.split(":")[4]
    return owner


def _write(export: Record, job: Record) -> str:
    """Write an audience to the destination of the configured audience model; return its address.

    Raises:
        MissingBucketError: The bucket does not exist.
    """
    size = export.body["audienceSize"]
    users = audience(job, size["type"], size["value"])
    address = urlsplit(job.hidden["model"]["outputConfig"]["destination"]["s3Destination"]["s3Uri"])
    name = export.hidden["export"]
    folder = "/".join(part for part in (address.path.strip("/"), name) if part)
    lines = "".join(json.dumps({"user_id": user}) + "\n" for user in users)
    write_object(_owner(job), address.netloc, f"{folder}/part-00000-{name}.json", lines.encode())
    return f"s3://{address.netloc}/{folder}/"
