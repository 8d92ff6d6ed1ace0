"""Exports of analysis logs, as a state machine: IN_PROGRESS when started, SUCCESS when first read; nothing is written.

Source: API StartAnalysisLogExport and its kin.
"""

from __future__ import annotations

from simulator.api.calls import Answer, Call, new_id
from simulator.api.cleanrooms.lookup import active_membership, brought, child, own_membership
from simulator.api.errors import denied, invalid, not_found
from simulator.api.store import Record

KIND = "analysis_log_export"
"""The kind under which exports are kept."""

NOT_EMULATED = "a state machine: nothing is written to S3"
"""Limitations, shown in `IMPLEMENTATION_COVERAGE.md`."""


def start_analysis_log_export(call: Call) -> Answer:
    """Start the export of a query's log; allowed to its runner and payer with the ability, for non-private queries."""
    membership = active_membership(call)
    if "CAN_EXPORT_QUERY_ANALYSIS_LOG" not in membership.body["memberAbilities"]:
        raise denied(f"account {call.account} does not have CAN_EXPORT_QUERY_ANALYSIS_LOG")
    wanted = call.asked["analysisId"]
    query = next((each for each in brought(call, membership.parent, "protected_query") if each.id == wanted), None)
    if query is None:
        raise not_found(f"analysis {wanted} does not exist in the collaboration", wanted, "COLLABORATION")
    if call.account not in (query.account, query.body["queryComputePayerAccountId"]):
        raise denied(f"account {call.account} neither ran nor paid analysis {wanted}")
    if query.hidden.get("is_private"):
        raise invalid("Log export is not supported for queries that use differential privacy.")
    body = {
        "analysisLogExportId": new_id(),
        "membershipId": membership.id,
        "status": "IN_PROGRESS",
        "createTime": call.now,
        "updateTime": call.now,
        **call.chosen("analysisId", "analysisType", "resultConfiguration"),
    }
    made = call.store.put(Record(KIND, body["analysisLogExportId"], call.account, body, parent=membership.id))
    return {"analysisLogExport": made.body}


def get_analysis_log_export(call: Call) -> Answer:
    """Show an export, and complete it if it is in progress."""
    export = child(call, KIND, "analysisLogExportIdentifier")
    if export.body["status"] == "IN_PROGRESS":
        export = call.store.put(export.showing(status="SUCCESS", updateTime=call.now))
    return {"analysisLogExport": export.body}


def list_analysis_log_exports(call: Call) -> Answer:
    """List the exports of a membership."""
    identifier, status = call.asked.get("analysisIdentifier"), call.asked.get("status")
    return {
        "analysisLogExports": [
            each.body
            for each in call.store.of(KIND, parent=own_membership(call).id)
            if identifier in (None, each.body["analysisId"]) and status in (None, each.body["status"])
        ]
    }
