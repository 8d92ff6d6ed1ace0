"""Configured tables: the columns of a table in Glue, Athena, Snowflake or Databricks that may be used at all.

Source: API CreateConfiguredTable and its kin; userguide/create-configured-table, userguide/delete-config-table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.analysis_rules import delete_rule, rule_types
from simulator.api.cleanrooms.lookup import owned
from simulator.api.cleanrooms.records import account_record, check_quota, checked
from simulator.api.errors import invalid
from simulator.api.store import Record

_MEMBERS = ("name", "description", "tableReference", "allowedColumns", "analysisMethod", "selectedAnalysisMethods")


def create_configured_table(call: Call) -> Answer:
    """Create a configured table; its rule is created separately."""
    checked("create_configured_table", call.asked)
    check_quota("allowed_columns", len(call.asked["allowedColumns"]))
    check_quota("configured_tables", len(call.store.of("configured_table", account=call.account)) + 1)
    made = call.store.put(account_record(call, "configured_table", call.chosen(*_MEMBERS)))
    return {"configuredTable": seen(call, made)}


def get_configured_table(call: Call) -> Answer:
    """Show a configured table to its owner."""
    return {"configuredTable": seen(call, own_table(call))}


def list_configured_tables(call: Call) -> Answer:
    """List the caller's configured tables."""
    own = call.store.of("configured_table", account=call.account)
    return {"configuredTableSummaries": [seen(call, each) for each in own]}


def update_configured_table(call: Call) -> Answer:
    """Change anything but the kind of table behind it."""
    table = own_table(call)
    after = {name: table.body[name] for name in _MEMBERS if name in table.body} | call.chosen(*_MEMBERS)
    if after["analysisMethod"] != "MULTIPLE" and "selectedAnalysisMethods" not in call.asked:
        after.pop("selectedAnalysisMethods", None)
    checked("create_configured_table", after)
    check_quota("allowed_columns", len(after["allowedColumns"]))
    before = next(iter(table.body["tableReference"]))
    if before not in after["tableReference"]:
        raise invalid(f"tableReference: a {before} table cannot become a {next(iter(after['tableReference']))} table")
    cleared = dict.fromkeys(_MEMBERS) | after
    return {"configuredTable": seen(call, call.store.put(table.showing(**cleared, updateTime=call.now)))}


def delete_configured_table(call: Call) -> Answer:
    """Delete a configured table with its rule; its associations stay, but can no longer be queried."""
    table = own_table(call)
    delete_rule(call, table)
    call.store.remove(table)
    return {}


def own_table(call: Call) -> Record:
    """Return the caller's configured table that the call names.

    Raises:
        ApiError: ResourceNotFoundException, or AccessDeniedException for one of another account.
    """
    return owned(call, "configured_table", "configuredTableIdentifier")


def seen(call: Call, table: Record) -> Mapping[str, Any]:
    """Return the table with derived members: the kind of table behind it, and its rule's type."""
    kind = next(iter(table.body["tableReference"])).upper()
    return {**table.body, "tableType": kind, "analysisRuleTypes": rule_types(call, table)}
