"""Protected queries: submitted by the member who can query, checked immediately, run in the background.

Source: API StartProtectedQuery and its kin; userguide/running-sql-queries.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.api.calls import Answer, Call, new_id
from simulator.api.cleanrooms.lookup import active_membership, child, own_membership
from simulator.api.cleanrooms.query_asking import (
    UNFINISHED,
    accepted_query,
    check_concurrency,
    check_may,
    check_workers,
    payer_of,
    receivers_of,
)
from simulator.api.cleanrooms.query_places import default_place
from simulator.api.cleanrooms.query_running import QueryRun, start, stop
from simulator.api.cleanrooms.readiness import ADDITIONAL, DIRECT
from simulator.api.errors import conflict, invalid
from simulator.api.store import Record

KIND = "protected_query"
"""The kind under which queries are kept."""


def start_protected_query(call: Call) -> Answer:
    """Check a query and run it in the background; a query that the rules forbid is refused immediately."""
    membership = active_membership(call)
    check_may(call, membership, "CAN_QUERY")
    check_concurrency(call, membership)
    check_workers(call.asked.get("computeConfiguration"))
    output = _output(call, membership)
    receivers = receivers_of(call, membership, output)
    payer = payer_of(call, membership, call.asked.get("queryComputePayerAccountId"), "queryCompute")
    asked = accepted_query(call, membership, call.asked["sqlParameters"], receivers)
    body = {
        **call.chosen("sqlParameters", "computeConfiguration"),
        "resultConfiguration": {"outputConfiguration": output},
        "queryComputePayerAccountId": payer,
    }
    query = new_query(call, membership, body, receivers).hiding(is_private=asked.private is not None)
    made = call.store.put(query)
    start(QueryRun(call.store, made.id, asked))
    return {"protectedQuery": made.body}


def get_protected_query(call: Call) -> Answer:
    """Show a query to the member who submitted it."""
    return {"protectedQuery": _own(call).body}


def list_protected_queries(call: Call) -> Answer:
    """List the queries of a membership, the newest first."""
    wanted = call.asked.get("status")
    own = call.store.of(KIND, parent=own_membership(call).id)
    return {"protectedQueries": [_summary(each) for each in reversed(own) if wanted in (None, each.body["status"])]}


def update_protected_query(call: Call) -> Answer:
    """Cancel a query, even one that is running."""
    query = _own(call)
    if query.body["status"] not in UNFINISHED:
        raise conflict(f"protected query {query.id} is already {query.body['status']}", "INVALID_STATE", query.id)
    status = "CANCELLED" if query.body["status"] == "SUBMITTED" else "CANCELLING"
    changed = call.store.put(query.showing(status=status))
    stop(query.id)
    return {"protectedQuery": changed.body}


def new_query(call: Call, membership: Record, body: Mapping[str, Any], receivers: tuple[str, ...]) -> Record:
    """Return the record of a newly submitted query."""
    stamped = {
        "id": new_id(),
        "membershipId": membership.id,
        "membershipArn": membership.arn,
        "createTime": call.now,
        "status": "SUBMITTED",
        **body,
    }
    record = Record(KIND, stamped["id"], call.account, stamped, parent=membership.id)
    return record.hiding(receivers=list(receivers), collaboration=membership.parent)


def _own(call: Call) -> Record:
    return child(call, KIND, "protectedQueryIdentifier")


def _output(call: Call, membership: Record) -> Mapping[str, Any]:
    stated = call.asked.get("resultConfiguration")
    output = stated["outputConfiguration"] if stated else default_place(call.store, membership.parent, call.account)
    if output is None:
        raise invalid("resultConfiguration is required: the membership has no defaultResultConfiguration")
    found: Mapping[str, Any] = output
    return found


def _summary(query: Record) -> dict[str, Any]:
    receivers = {"receiverAccountIds": query.hidden["receivers"]}
    receiver: dict[str, Any] = {
        "analysisType": DIRECT,
        "configurationDetails": {"directAnalysisConfigurationDetails": receivers},
    }
    if "additional_analysis" in query.hidden:
        receiver = {"analysisType": ADDITIONAL}
    output = query.body.get("resultConfiguration", {}).get("outputConfiguration", {})
    return {
        **query.body,
        "receiverConfigurations": [receiver],
        "intermediateTableConfiguration": output.get("intermediateTable"),
    }
