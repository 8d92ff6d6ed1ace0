"""Protected jobs: PySpark analyses as a state machine. What they compute is not computed here.

A job is STARTED when it is asked for the first time, and SUCCESS when it is asked again; nothing is written to S3.

Source: API StartProtectedJob and its kin; userguide/running-pyspark-jobs.
"""

from __future__ import annotations

from typing import Any

from simulator.api.calls import Answer, Call, new_id
from simulator.api.cleanrooms.lookup import active_membership, brought, child, own_membership
from simulator.api.cleanrooms.query_asking import MOST_CONCURRENT, UNFINISHED, check_may, payer_of, receivers_of
from simulator.api.errors import conflict, invalid, not_found, over_quota
from simulator.api.store import Record

KIND = "protected_job"
"""The kind under which jobs are kept."""

_NEXT = {"SUBMITTED": "STARTED", "STARTED": "SUCCESS", "CANCELLING": "CANCELLED"}

NOT_EMULATED = "a state machine: PySpark is not run, nothing is written to S3"
"""What the operations do not do; told in the list of what is covered."""


def start_protected_job(call: Call) -> Answer:
    """Submit a job from a PySpark template."""
    membership = active_membership(call)
    check_may(call, membership, "CAN_RUN_JOB")
    if sum(each.body["status"] in UNFINISHED for each in call.store.of(KIND, parent=membership.id)) >= MOST_CONCURRENT:
        raise over_quota("too many jobs run or wait", "concurrent jobs per membership", MOST_CONCURRENT)
    _check_template(call, membership)
    output = call.asked.get("resultConfiguration", {}).get("outputConfiguration")
    receivers = receivers_of(call, membership, output) if output else (call.account,)
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
    made = Record(KIND, body["id"], call.account, body, parent=membership.id).hiding(receivers=list(receivers))
    return {"protectedJob": call.store.put(made).body}


def get_protected_job(call: Call) -> Answer:
    """Show a job, and let it take its next step."""
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
        raise conflict(f"protected job {job.id} is {job.body['status']} already", "INVALID_STATE", job.id)
    return {"protectedJob": call.store.put(job.showing(status="CANCELLING")).body}


def _own(call: Call) -> Record:
    return child(call, KIND, "protectedJobIdentifier")


def _check_template(call: Call, membership: Record) -> None:
    arn = call.asked["jobParameters"]["analysisTemplateArn"]
    template = next((each for each in brought(call, membership.parent, "analysis_template") if each.arn == arn), None)
    if template is None:
        raise not_found(f"analysis template {arn} does not exist in the collaboration", arn, "COLLABORATION")
    if template.body["format"] == "SQL":
        raise invalid(f"analysis template {arn} is SQL, not PySpark; start a protected query")


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
    return call.store.put(job.showing(**shown))


def _summary(job: Record) -> dict[str, Any]:
    details = {"directAnalysisConfigurationDetails": {"receiverAccountIds": job.hidden["receivers"]}}
    return {
        **job.body,
        "receiverConfigurations": [{"analysisType": "DIRECT_ANALYSIS", "configurationDetails": details}],
    }
