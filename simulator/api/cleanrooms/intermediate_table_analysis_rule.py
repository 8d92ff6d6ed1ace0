"""The rule of an intermediate table: custom only, and never looser than what the table inherited.

Source: API CreateIntermediateTableAnalysisRule and its kin; userguide/intermediate-table-analysis-rule.
"""

from __future__ import annotations

from declarations.intermediate_table import InheritedConstraints, loosened_controls
from declarations.rule_resources import IntermediateTableAnalysisRule
from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.analysis_rules import add_rule, change_rule, rule_of
from simulator.api.cleanrooms.intermediate_table import own_intermediate_table
from simulator.api.cleanrooms.records import checked
from simulator.api.errors import FieldProblem, invalid
from simulator.api.store import Record


def create_intermediate_table_analysis_rule(call: Call) -> Answer:
    """Create the rule of a table, which can have only one."""
    table = own_intermediate_table(call)
    _check(call, table)
    names = {"intermediateTableIdentifier": table.id, "intermediateTableArn": table.arn}
    return {"analysisRule": _seen(add_rule(call, table, names))}


def get_intermediate_table_analysis_rule(call: Call) -> Answer:
    """Show the rule to the table's owner."""
    return {"analysisRule": _seen(rule_of(call, own_intermediate_table(call)))}


def update_intermediate_table_analysis_rule(call: Call) -> Answer:
    """Replace the policy."""
    table = own_intermediate_table(call)
    rule_of(call, table)
    _check(call, table)
    return {"analysisRule": _seen(change_rule(call, table))}


def delete_intermediate_table_analysis_rule(call: Call) -> Answer:
    """Delete the rule; the table can then no longer be queried."""
    call.store.remove(rule_of(call, own_intermediate_table(call)))
    return {}


def _seen(rule: Record) -> dict[str, object]:
    return {**rule.body, "analysisRuleType": rule.body["type"], "analysisRulePolicy": rule.body["policy"]}


def _check(call: Call, table: Record) -> None:
    declared = checked("create_intermediate_table_analysis_rule", call.asked)
    if not isinstance(declared, IntermediateTableAnalysisRule):
        raise TypeError(type(declared).__name__)
    rule = declared.analysis_rule_policy.chosen.custom
    inherited = table.hidden.get("inherited")
    if inherited is None or all(base["creatorAccountId"] == call.account for base in table.body["tableDependencies"]):
        return
    constraints = InheritedConstraints(
        additional_analyses=inherited["additional_analyses"],
        allowed_additional_analyses=inherited["allowed_additional_analyses"],
        allowed_result_receivers=inherited["result_receivers"],
        disallowed_output_columns=inherited["disallowed_output_columns"] or None,
    )
    loose = [FieldProblem(".".join(map(str, each.path)), each.message) for each in loosened_controls(rule, constraints)]
    if loose:
        raise invalid("; ".join(each.message for each in loose), "INVALID_CONFIGURATION", loose)
