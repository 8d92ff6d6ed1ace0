"""Audience generation jobs: users of the training data who resemble a seed.

A job that is started for another account's model has a record in each account, with its own ARN, name and tags; neither
account sees where the other's data is. The job is carried out when one of them reads it.

Source: API StartAudienceGenerationJob and its kin; userguide/ml-behaviors, userguide/ml-seed-data-requirements.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.api.calls import Answer, Call, new_id
from simulator.api.cleanrooms.records import check_quota
from simulator.api.cleanroomsml.audiences import UNFINISHED, done
from simulator.api.cleanroomsml.files import file_of
from simulator.api.cleanroomsml.generating import AllowedAudience, authorize_audience
from simulator.api.cleanroomsml.lookup import own
from simulator.api.cleanroomsml.records import account_arn, check_name, check_role, check_tags
from simulator.api.cleanroomsml.seed_queries import start_seed_query
from simulator.api.errors import conflict, invalid_field
from simulator.api.store import Record
from simulator.api.tagging import show_with_tags

KIND = "audience_generation_job"
"""The kind under which jobs are kept; the parent is the configured audience model."""

_LONGEST_NAME = 63


def start_audience_generation_job(call: Call) -> Answer:
    """Start the generation of an audience, with the caller's own model or one whose policy allows it."""
    check_role(call, call.asked["seedAudience"]["roleArn"])
    _check_seed(call)
    asked = authorize_audience(call)
    check_name(call, KIND)
    pending = [each for each in call.store.of(KIND, account=call.account) if each.body["status"] in UNFINISHED]
    check_quota("pending_audience_generation_jobs", len(pending) + 1)
    check_tags(call.asked.get("tags", {}))
    query = start_seed_query(call, asked) if "sqlParameters" in call.asked["seedAudience"] else None
    started = _record(call, asked, new_id(), query)
    if asked.model.account != call.account:
        call.store.put(_owners_copy(call, asked, started))
    return call.store.put(started).body


def get_audience_generation_job(call: Call) -> Answer:
    """Show a job to either account, after carrying it out unless its query is still running."""
    return show_with_tags(done(call, own(call, KIND)))


def list_audience_generation_jobs(call: Call) -> Answer:
    """List the caller's jobs, the newest first, including those that others started with the caller's models."""
    model, collaboration = call.asked.get("configuredAudienceModelArn"), call.asked.get("collaborationId")
    jobs = [
        done(call, each).body
        for each in reversed(call.store.of(KIND, parent=model, account=call.account))
        if collaboration in (None, each.body.get("collaborationId"))
    ]
    return {"audienceGenerationJobs": jobs}


def delete_audience_generation_job(call: Call) -> Answer:
    """Delete a job with its data and exports, in both accounts; either account may."""
    gone = own(call, KIND)
    if gone.body["status"] in UNFINISHED:
        raise conflict(f"audience generation job {gone.arn} is {gone.body['status']}", "INVALID_STATE", gone.arn)
    file_of(gone.id).unlink(missing_ok=True)
    for copy in call.store.of(KIND, parent=gone.parent):
        if copy.hidden["job"] == gone.hidden["job"]:
            for export in call.store.of("audience_export_job", parent=copy.id):
                call.store.remove(export)
            call.store.remove(copy)
    return {}


def _check_seed(call: Call) -> None:
    stated = call.asked["seedAudience"]
    if ("dataSource" in stated) == ("sqlParameters" in stated):
        raise invalid_field("seedAudience", "Member must have exactly one of dataSource, sqlParameters")
    if "sqlParameters" in stated and "collaborationId" not in call.asked:
        raise invalid_field("collaborationId", "Member must not be null when the seed is the result of a query")


def _record(call: Call, asked: AllowedAudience, job: str, query: str | None) -> Record:
    arn = account_arn(call, KIND, job)
    body: dict[str, Any] = {
        "arn": arn,
        "audienceGenerationJobArn": arn,
        "configuredAudienceModelArn": asked.model.id,
        "status": "CREATE_PENDING",
        "startedBy": call.account,
        "includeSeedInOutput": False,
        "createTime": call.now,
        "updateTime": call.now,
        **call.chosen("name", "description", "seedAudience", "includeSeedInOutput", "collaborationId"),
    }
    if query is not None:
        body["protectedQueryIdentifier"] = query
    tags = {**_inherited_tags(asked, call.account), **call.asked.get("tags", {})}
    made = Record(KIND, arn, call.account, body, asked.model.id, tags)
    # A copy of the model's settings: later changes do not affect this job.
    return made.hiding(job=job, query=query, model=dict(asked.model.body))


def _owners_copy(call: Call, asked: AllowedAudience, started: Record) -> Record:
    """Return the record of another account's job for the model's owner, without the seed."""
    owner = asked.model.account
    arn = account_arn(call, KIND, started.hidden["job"], owner)
    name = f"{call.account}-{started.body['name']}"[:_LONGEST_NAME]
    copy = started.showing(
        arn=arn, audienceGenerationJobArn=arn, name=name, seedAudience=None, protectedQueryIdentifier=None
    )
    return replace(copy, id=arn, account=owner, tags=_inherited_tags(asked, owner))


def _inherited_tags(asked: AllowedAudience, account: str) -> dict[str, str]:
    inherits = asked.model.body["childResourceTagOnCreatePolicy"] == "FROM_PARENT_RESOURCE"
    return dict(asked.model.tags) if inherits and account == asked.model.account else {}
