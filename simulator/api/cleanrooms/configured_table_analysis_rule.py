"""The analysis rule of a configured table: what its owner allows to be computed from it.

Source: API CreateConfiguredTableAnalysisRule and its kin; userguide/add-analysis-rule.
"""

from __future__ import annotations

from pydantic import ValidationError

from declarations.base import CAMEL_CASE_PATHS
from declarations.configured_table import ConfiguredTable
from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.analysis_rules import add_rule, change_rule, rule_of
from simulator.api.cleanrooms.configured_table import own_table
from simulator.api.cleanrooms.records import checked, refusal
from simulator.api.store import Record


def create_configured_table_analysis_rule(call: Call) -> Answer:
    """Create the rule of a table, which can have only one."""
    table = own_table(call)
    _check(call, table)
    names = {"configuredTableId": table.id, "configuredTableArn": table.arn}
    return {"analysisRule": add_rule(call, table, names).body}


def get_configured_table_analysis_rule(call: Call) -> Answer:
    """Show the rule to the table's owner."""
    return {"analysisRule": rule_of(call, own_table(call)).body}


def update_configured_table_analysis_rule(call: Call) -> Answer:
    """Replace the policy; the type stays."""
    table = own_table(call)
    rule_of(call, table)
    _check(call, table)
    return {"analysisRule": change_rule(call, table).body}


def delete_configured_table_analysis_rule(call: Call) -> Answer:
    """Delete the rule; the table can then no longer be queried."""
    call.store.remove(rule_of(call, own_table(call)))
    return {}


def _check(call: Call, table: Record) -> None:
    """Refuse a rule that contradicts itself or its table, for example one about columns that are not allowed."""
    checked("create_configured_table_analysis_rule", call.asked)
    stated = {name: table.body[name] for name in ("name", "tableReference", "allowedColumns", "analysisMethod")}
    try:
        asked = {**stated, "analysisRule": call.asked["analysisRulePolicy"]["v1"]}
        ConfiguredTable.model_validate(asked, context={CAMEL_CASE_PATHS: True})
    except ValidationError as error:
        raise refusal(error, {"analysisRule": "analysisRulePolicy.v1"}) from None
