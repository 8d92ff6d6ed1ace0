"""ML input channels: the result of a protected query that custom models may read, and no member sees.

The query is judged, run and charged as an additional analysis. A channel is ready when its query has succeeded.

Source: API CreateMLInputChannel and its kin; userguide/add-analysis-rule.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import duckdb

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.kept_rows import delete_rows, rows_file
from simulator.api.cleanrooms.lookup import active_membership, own_membership
from simulator.api.cleanrooms.query_asking import UNFINISHED
from simulator.api.cleanrooms.records import check_quota
from simulator.api.cleanroomsml.lookup import in_collaboration, own_in_membership, shared, shared_one
from simulator.api.cleanroomsml.records import check_name, check_role, membership_record
from simulator.api.cleanroomsml.seed_queries import start_query
from simulator.api.cleanroomsml.steps import GONE, delete_data, stepped
from simulator.api.store import Record
from simulator.api.tagging import show_with_tags
from simulator.execution.engines.duckdb_engine import literal

KIND = "ml_input_channel"
"""The kind under which channels are kept."""

NOT_EMULATED = "synthetic data; privacy budgets are not shown"
"""Limitations, shown in `IMPLEMENTATION_COVERAGE.md`."""

_GIGABYTE = 2**30


def create_ml_input_channel(call: Call) -> Answer:
    """Run the query of a channel in the background; a query that the rules forbid is refused immediately."""
    membership = active_membership(call)
    check_role(call, call.asked["inputChannel"]["roleArn"])
    (association,) = call.asked["configuredModelAlgorithmAssociations"]
    in_collaboration(call, "configured_model_algorithm_association", membership.parent, association)
    check_name(call, KIND, membership.id)
    held = [each for each in call.store.of(KIND, parent=membership.id) if each.body["status"] not in GONE]
    check_quota("ml_input_channels", len(held) + 1)
    stated = call.asked["inputChannel"]["dataSource"]["protectedQueryInputParameters"]
    payer = call.asked.get("payerConfiguration", {}).get("computePayerAccountId")
    compute = stated.get("computeConfiguration")
    query = start_query(call, membership, association, stated["sqlParameters"], compute, payer)
    names = ("name", "description", "configuredModelAlgorithmAssociations", "inputChannel", "retentionInDays")
    body = {
        "status": "CREATE_PENDING",
        "protectedQueryIdentifier": query,
        **call.chosen(*names, "kmsKeyArn", "payerConfiguration"),
    }
    return call.store.put(membership_record(call, KIND, membership, body)).body


def get_ml_input_channel(call: Call) -> Answer:
    """Show a channel to its owner."""
    return show_with_tags(current(call, own_in_membership(call, KIND)))


def list_ml_input_channels(call: Call) -> Answer:
    """List the channels of a membership."""
    own = call.store.of(KIND, parent=own_membership(call).id)
    return {"mlInputChannelsList": [current(call, each).body for each in own]}


def delete_ml_input_channel_data(call: Call) -> Answer:
    """Delete the rows of a channel; the channel itself stays, as inactive."""
    gone = current(call, own_in_membership(call, KIND))
    delete_data(call, gone)
    delete_rows(gone.body["protectedQueryIdentifier"])
    return {}


def get_collaboration_ml_input_channel(call: Call) -> Answer:
    """Show a channel to any member, without its query."""
    return current(call, shared_one(call, KIND)).body


def list_collaboration_ml_input_channels(call: Call) -> Answer:
    """List the channels of all members."""
    return {"collaborationMLInputChannelsList": [current(call, each).body for each in shared(call, KIND)]}


def current(call: Call, channel: Record) -> Record:
    """Return a channel, after updating its status from its query and its retention period."""
    if channel.body["status"] == "ACTIVE":
        kept_until = channel.body["createTime"] + timedelta(days=channel.body["retentionInDays"])
        if call.now < kept_until:
            return channel
        delete_rows(channel.body["protectedQueryIdentifier"])
        return call.store.put(channel.showing(status="INACTIVE"))
    if channel.body["status"] not in {"CREATE_PENDING", "CREATE_IN_PROGRESS"}:
        return stepped(call, channel)
    query = call.store.get("protected_query", channel.body["protectedQueryIdentifier"])
    status = query.body["status"] if query else "DELETED"
    if query is not None and status in UNFINISHED:
        return call.store.put(channel.showing(status="CREATE_IN_PROGRESS"))
    if query is None or status != "SUCCESS":
        details = {"statusCode": "PROTECTED_QUERY_FAILED", "message": f"the protected query is {status}"}
        return call.store.put(channel.showing(status="CREATE_FAILED", statusDetails=details, updateTime=call.now))
    return call.store.put(channel.showing(status="ACTIVE", **_contents(query.id), updateTime=call.now))


def _contents(query_id: str) -> dict[str, Any]:
    file = rows_file(query_id)
    with duckdb.connect(":memory:") as connection:
        ((count,),) = connection.sql(f"FROM read_parquet({literal(str(file))})").aggregate("count(*)").fetchall()
    size = round(file.stat().st_size / _GIGABYTE, 9)
    return {"numberOfRecords": count, "numberOfFiles": 1, "sizeInGb": size}
