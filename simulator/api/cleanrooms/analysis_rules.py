"""The common part of the three kinds of rules: a resource has at most one, whose type never changes.

Source: API CreateConfiguredTableAnalysisRule, CreateConfiguredTableAssociationAnalysisRule,
CreateIntermediateTableAnalysisRule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.api.calls import Call
from simulator.api.errors import conflict, not_found
from simulator.api.store import Record

RESOURCE_TYPES = {
    "configured_table": "CONFIGURED_TABLE",
    "configured_table_association": "CONFIGURED_TABLE_ASSOCIATION",
    "intermediate_table": "MEMBERSHIP",
}
"""The ResourceType in errors for each kind of parent; the model has none for intermediate tables."""


def rules_of(call: Call, parent: Record) -> list[Record]:
    """Return the rule of a resource: none or one."""
    return call.store.of(f"{parent.kind}_analysis_rule", parent=parent.id)


def rule_types(call: Call, parent: Record) -> list[str]:
    """Return the type of the rule of a resource: none or one."""
    return [rule.body["type"] for rule in rules_of(call, parent)]


def delete_rule(call: Call, parent: Record) -> None:
    """Delete the rule of a resource, if it has one."""
    for rule in rules_of(call, parent):
        call.store.remove(rule)


def add_rule(call: Call, parent: Record, body: Mapping[str, Any]) -> Record:
    """Create the rule of *parent*.

    Args:
        call: The call, with the rule's type and policy.
        parent: The resource to which the rule applies.
        body: The members that name the parent.

    Raises:
        ApiError: ConflictException, ALREADY_EXISTS: it has one, of whatever type.
    """
    if held := rules_of(call, parent):
        message = f"{parent.kind.replace('_', ' ')} {parent.id} already has a {held[0].body['type']} analysis rule"
        raise conflict(message, "ALREADY_EXISTS", parent.id, RESOURCE_TYPES[parent.kind])
    stated = {"type": call.asked["analysisRuleType"], "policy": call.asked["analysisRulePolicy"]}
    stamped = {**body, **stated, "createTime": call.now, "updateTime": call.now}
    made = Record(f"{parent.kind}_analysis_rule", parent.id, call.account, stamped, parent=parent.id)
    return call.store.put(made)


def rule_of(call: Call, parent: Record) -> Record:
    """Return the rule of the type that the call names.

    Raises:
        ApiError: ResourceNotFoundException.
    """
    wanted = call.asked["analysisRuleType"]
    for rule in rules_of(call, parent):
        if rule.body["type"] == wanted:
            return rule
    message = f"{parent.kind.replace('_', ' ')} {parent.id} has no {wanted} analysis rule"
    raise not_found(message, parent.id, RESOURCE_TYPES[parent.kind])


def change_rule(call: Call, parent: Record) -> Record:
    """Replace the policy of the rule of the type that the call names; return the rule.

    Raises:
        ApiError: ResourceNotFoundException: there is none of that type.
    """
    rule = rule_of(call, parent)
    return call.store.put(rule.showing(policy=call.asked["analysisRulePolicy"], updateTime=call.now))
