"""The rules of a collaboration's tables as seen by its members: the owner's two rules, and their combination.

Source: API GetSchemaAnalysisRule, ConsolidatedPolicy; userguide/add-collaboration-analysis-rule.
"""

from __future__ import annotations

from typing import Any

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.analysis_rules import rules_of
from simulator.api.cleanrooms.lookup import joined_collaboration
from simulator.api.cleanrooms.schema import named_table, shown_rule_types
from simulator.api.cleanrooms.tables import RoomTable, tables_of
from simulator.api.errors import not_found
from simulator.request import TableKind


def get_schema_analysis_rule(call: Call) -> Answer:
    """Show the rule of one table."""
    collaboration = joined_collaboration(call)
    held = named_table(call, collaboration.id, call.asked["name"])
    if call.asked["type"] not in shown_rule_types(call, held):
        message = f"schema {held.table.name!r} has no {call.asked['type']} analysis rule"
        raise not_found(message, held.table.name, "COLLABORATION")
    return {"analysisRule": _rule(call, collaboration.id, held)}


def batch_get_schema_analysis_rule(call: Call) -> Answer:
    """Show the rules of several tables; each missing one gives an entry in `errors`."""
    collaboration = joined_collaboration(call)
    tables = tables_of(call, collaboration.id)
    rules, errors = [], []
    for wanted in call.asked["schemaAnalysisRuleRequests"]:
        held = tables.get(wanted["name"].lower())
        if held is not None and wanted["type"] in shown_rule_types(call, held):
            rules.append(_rule(call, collaboration.id, held))
        else:
            message = f"schema {wanted['name']!r} has no {wanted['type']} analysis rule"
            errors.append({**wanted, "code": "RESOURCE_NOT_FOUND", "message": message})
    return {"analysisRules": rules, "errors": errors}


def _rule(call: Call, collaboration_id: str, held: RoomTable) -> dict[str, Any]:
    shown = {"collaborationId": collaboration_id, "name": held.table.name}
    if held.table.kind is TableKind.ID_MAPPING:
        times = {name: held.resource.body[name] for name in ("createTime", "updateTime")}
        policy = {"v1": {"idMappingTable": held.resource.hidden["rule"]}}
        return {**shown, **times, "type": "ID_MAPPING_TABLE", "policy": policy}
    (rule,) = rules_of(call, held.source)
    shown |= {name: rule.body[name] for name in ("type", "createTime", "updateTime")}
    own = rules_of(call, held.resource) if held.resource is not held.source else []
    collaboration_policy = own[0].body["policy"] if own else None
    return {
        **shown,
        "policy": _with_required(rule.body["policy"]),
        "collaborationPolicy": collaboration_policy,
        "consolidatedPolicy": consolidated(rule.body["policy"], collaboration_policy),
    }


def consolidated(policy: dict[str, Any], collaboration_policy: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return both rules of an association combined; None when their types differ.

    Args:
        policy: The configured table's `{"v1": {kind: rule}}`.
        collaboration_policy: The association's, or None.
    """
    ((kind, rule),) = _with_required(policy)["v1"].items()
    added = (collaboration_policy or {"v1": {kind: {}}})["v1"].get(kind)
    return None if added is None else {"v1": {kind: {**rule, **added}}}


def _with_required(policy: dict[str, Any]) -> dict[str, Any]:
    """Add allowedAnalyses, which every shown custom rule has, but an intermediate table's rule may omit."""
    if "custom" not in policy["v1"]:
        return policy
    return {"v1": {"custom": {"allowedAnalyses": [], **policy["v1"]["custom"]}}}
