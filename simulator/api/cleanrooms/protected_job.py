"""Protected jobs: PySpark analyses as a state machine, without running them.

A job is judged by the rules of the tables that its template refers to. It becomes STARTED when it is first read, and
SUCCESS when it is read again; nothing is written to S3.

Source: API StartProtectedJob and its kin; userguide/running-pyspark-jobs.
"""

from __future__ import annotations

from typing import Any

from simulator.api.calls import Answer, Call, new_id
from simulator.api.cleanrooms.job_asking import accepted_job
from simulator.api.cleanrooms.job_charging import reserve_uses, settle_uses
from simulator.api.cleanrooms.lookup import active_membership, child, own_membership
from simulator.api.cleanrooms.query_asking import MOST_CONCURRENT, UNFINISHED, check_may, payer_of
from simulator.api.errors import conflict, over_quota
from simulator.api.store import Record

KIND = "protected_job"
"""The kind under which jobs are kept."""

_NEXT = {"SUBMITTED": "STARTED", "STARTED": "SUCCESS", "CANCELLING": "CANCELLED"}

NOT_EMULATED = (
    "a state machine: the rules of the template's tables are checked, PySpark is not run, nothing is written to S3"
)
"""Limitations, shown in `IMPLEMENTATION_COVERAGE.md`."""


def start_protected_job(call: Call) -> Answer:
    """Submit a job from a PySpark template; a job that the rules of its tables forbid is refused immediately."""
    membership = active_membership(call)
    check_may(call, membership, "CAN_RUN_JOB")
    if sum(each.body["status"] in UNFINISHED for each in call.store.of(KIND, parent=membership.id)) >= MOST_CONCURRENT:
        raise over_quota("too many jobs are running or waiting", "concurrent jobs per membership", MOST_CONCURRENT)
    asked = accepted_job(call, membership)
    body = {
        "id": new_id(),
        "membershipId": membership.id,
        "membershipArn": membership.arn,
        "createTime": call.now,
        "status": "SUBMITTED",
        "jobComputePayerAccountId": payer_of(
            call, membership, call.asked.get("jobComputePayerAccountId"), "jobCompute"
        ),
        **call.chosen("jobParameters", "resultConfiguration", "computeConfiguration"),
    }
    uses = reserve_uses(call.store, asked.used, f"job of {asked.template.arn}", call.now)
    made = Record(KIND, body["id"], call.account, body, parent=membership.id)
    return {"protectedJob": call.store.put(made.hiding(receivers=[asked.receiver], uses=uses)).body}


def get_protected_job(call: Call) -> Answer:
    """Show a job, and advance it to its next status."""
    return {"protectedJob": _stepped(call, _own(call)).body}


def list_protected_jobs(call: Call) -> Answer:
    """List the jobs of a membership, the newest first."""
    wanted = call.asked.get("status")
    own = call.store.of(KIND, parent=own_membership(call).id)
    return {"protectedJobs": [_summary(each) for each in reversed(own) if wanted in (None, each.body["status"])]}


def update_protected_job(call: Call) -> Answer:
    """Cancel a job."""
    job = _own(call)
    if job.body["status"] not in UNFINISHED:
        raise conflict(f"protected job {job.id} is already {job.body['status']}", "INVALID_STATE", job.id)
    return {"protectedJob": call.store.put(job.showing(status="CANCELLING")).body}


def _own(call: Call) -> Record:
    return child(call, KIND, "protectedJobIdentifier")


def _stepped(call: Call, job: Record) -> Record:
    status = _NEXT.get(job.body["status"])
    if status is None:
        return job
    shown: dict[str, Any] = {"status": status}
    if status == "SUCCESS":
        accounts = [{"accountId": account} for account in job.hidden["receivers"]]
        shown["result"] = {"output": {"memberList": accounts}}
        millis = round((call.now - job.body["createTime"]).total_seconds() * 1000)
        shown["statistics"] = {"totalDurationInMillis": millis}
    if status not in UNFINISHED:
        settle_uses(call.store, job.hidden.get("uses", {}), call.now, spent=status == "SUCCESS")
    return call.store.put(job.showing(**shown))


def _summary(job: Record) -> dict[str, Any]:
    details = {"directAnalysisConfigurationDetails": {"receiverAccountIds": job.hidden["receivers"]}}
    return {
        **job.body,
        "receiverConfigurations": [{"analysisType": "DIRECT_ANALYSIS", "configurationDetails": details}],
    }
