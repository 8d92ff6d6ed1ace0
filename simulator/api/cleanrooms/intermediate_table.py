"""Intermediate tables: query results that stay in the collaboration.

Source: API CreateIntermediateTable and its kin; userguide/working-with-intermediate-tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from declarations.intermediate_table import DEFAULT_RETENTION_DAYS
from simulator.api.calls import Answer, Call, new_id
from simulator.api.cleanrooms.analysis_rules import delete_rule, rule_types
from simulator.api.cleanrooms.dependants import KIND, base_table_removed, child_resources, dependants, emptied, kept
from simulator.api.cleanrooms.intermediate_rows import VERSION, dependencies_of, populating
from simulator.api.cleanrooms.kept_rows import delete_rows
from simulator.api.cleanrooms.lookup import active_membership, child, own_membership
from simulator.api.cleanrooms.protected_query import new_query
from simulator.api.cleanrooms.query_asking import (
    asked_text,
    check_concurrency,
    check_may,
    check_parameters,
    check_workers,
    payer_of,
)
from simulator.api.cleanrooms.query_running import QueryRun, start
from simulator.api.cleanrooms.records import check_quota, check_table_name, checked, membership_record, update_record
from simulator.api.cleanrooms.tables import tables_of
from simulator.api.errors import conflict, denied, invalid_field, not_found
from simulator.api.store import Record


def create_intermediate_table(call: Call) -> Answer:
    """Create an empty table with its population query; only for the member who can query."""
    checked("create_intermediate_table", call.asked)
    membership = active_membership(call)
    check_may(call, membership, "CAN_QUERY")
    check_table_name(call, membership, call.asked["name"])
    check_quota("intermediate_tables", len(call.store.of(KIND, parent=membership.id)) + 1)
    text, template = asked_text(call, membership, call.asked["populationAnalysisConfiguration"]["sqlParameters"])
    body = {
        "status": "CREATED",
        "retentionInDays": call.asked.get("retentionInDays", DEFAULT_RETENTION_DAYS),
        "tableDependencies": dependencies_of(call, membership, text, template),
        **call.chosen("name", "description", "populationAnalysisConfiguration", "kmsKeyArn"),
    }
    return {"intermediateTable": _seen(call, call.store.put(membership_record(call, KIND, membership, body)))}


def get_intermediate_table(call: Call) -> Answer:
    """Show a table to its owner."""
    return {"intermediateTable": _seen(call, own_intermediate_table(call))}


def list_intermediate_tables(call: Call) -> Answer:
    """List the tables of a membership."""
    own = call.store.of(KIND, parent=own_membership(call).id)
    return {"intermediateTableSummaries": [_seen(call, kept(call, each)) for each in own]}


def update_intermediate_table(call: Call) -> Answer:
    """Change the description, the key, or the types of existing columns."""
    table = own_intermediate_table(call)
    if "columns" in call.asked:
        held = {each["name"]: each["type"] for each in table.body.get("schema", {}).get("columns", ())}
        stated = {each["name"]: each["type"] for each in call.asked["columns"]}
        if unknown := sorted(set(stated) - set(held)):
            raise invalid_field("columns", f"Member must name columns of the table; found {unknown[0]!r}")
        columns = [{"name": name, "type": kind} for name, kind in (held | stated).items()]
        table = table.showing(schema={"columns": columns})
    return {"intermediateTable": _seen(call, update_record(call, table, "description", "kmsKeyArn"))}


def delete_intermediate_table(call: Call) -> Answer:
    """Delete a table with its rule and versions."""
    gone = own_intermediate_table(call)
    base_table_removed(call, gone)
    delete_rule(call, gone)
    delete_rows(gone.hidden.get("rows"))
    for version in call.store.of(VERSION, parent=gone.id):
        call.store.remove(version)
    call.store.remove(gone)
    return {}


def list_intermediate_table_versions(call: Call) -> Answer:
    """List the versions of a table, the newest first."""
    versions = call.store.of(VERSION, parent=own_intermediate_table(call).id)
    return {"intermediateTableVersionSummaries": [each.body for each in reversed(versions)]}


def populate_intermediate_table(call: Call) -> Answer:
    """Run the table's query and store its rows as a new version; the previous version stays until it succeeds."""
    membership = active_membership(call)
    check_may(call, membership, "CAN_QUERY")
    check_concurrency(call, membership)
    check_workers(call.asked.get("computeConfiguration"), member="queryComputeConfiguration")
    table = own_intermediate_table(call)
    if table.body["status"] in {"POPULATE_STARTED", "DISALLOWED_BY_DATA_PROVIDER"}:
        raise conflict(f"intermediate table {table.id} is {table.body['status']}", "INVALID_STATE", table.id)
    stated = dict(table.body["populationAnalysisConfiguration"]["sqlParameters"])
    if "parameters" in call.asked:
        _, template = asked_text(call, membership, stated)
        check_parameters(template, call.asked["parameters"])
        stated["parameters"] = call.asked["parameters"]
    payer = payer_of(call, membership, call.asked.get("analysisPayerAccountId"), "queryCompute")
    asked = populating(call, membership, stated)
    version = new_id()
    body = {
        "sqlParameters": stated,
        "resultConfiguration": {"outputConfiguration": {"intermediateTable": _named(table)}},
        "queryComputePayerAccountId": payer,
        "computeConfiguration": _compute(call.asked.get("computeConfiguration")),
    }
    query = new_query(call, membership, {name: value for name, value in body.items() if value is not None}, ())
    call.store.put(query.hiding(version=version, is_private=asked.private is not None))
    call.store.put(_started(call, table, version, query.id))
    call.store.put(table.showing(status="POPULATE_STARTED", statusReason=None, updateTime=call.now))
    start(QueryRun(call.store, query.id, asked))
    return {"analysisId": query.id, "analysisType": "QUERY", "versionId": version}


def disallow_intermediate_table(call: Call) -> Answer:
    """Disallow a table that was made from the caller's tables, by default with all tables made from it."""
    membership = active_membership(call)
    held = tables_of(call, membership.parent).get(call.asked["intermediateTableName"].lower())
    if held is None or held.resource.kind != KIND:
        name = call.asked["intermediateTableName"]
        raise not_found(f"intermediate table {name!r} does not exist in the collaboration", name, "MEMBERSHIP")
    table = held.resource
    if not any(base["creatorAccountId"] == call.account for base in table.body["tableDependencies"]):
        raise denied(f"no table of account {call.account} is a base table of {table.body['name']!r}")
    descendants = dependants(call, table) if call.asked.get("includeDescendants", True) else []
    for each in (table, *descendants):
        reason = f"disallowed by account {call.account}"
        call.store.put(emptied(call, each, "DISALLOWED_BY_DATA_PROVIDER", reason))
    return {}


def own_intermediate_table(call: Call) -> Record:
    """Return the caller's intermediate table that the call names."""
    return kept(call, child(call, KIND, "intermediateTableIdentifier"))


def _seen(call: Call, table: Record) -> Mapping[str, Any]:
    types = rule_types(call, table)
    return {**table.body, "analysisRuleTypes": types, "childResources": child_resources(call, table)}


def _named(table: Record) -> dict[str, str]:
    return {"id": table.id, "arn": table.arn, "name": table.body["name"]}


def _compute(stated: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {"worker": stated["queryComputeConfiguration"]} if stated else None


def _started(call: Call, table: Record, version: str, query_id: str) -> Record:
    body = {
        "versionId": version,
        "tableId": table.id,
        "createTime": call.now,
        "analysisId": query_id,
        "status": "POPULATE_STARTED",
        "analysisType": "QUERY",
        "kmsKeyArn": table.body.get("kmsKeyArn"),
    }
    return Record(VERSION, version, call.account, body, parent=table.id)
