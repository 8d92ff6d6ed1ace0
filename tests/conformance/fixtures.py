"""From a table fixture of the case files to the simulator's table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from declarations.analysis_rules import (
    AnalysisRule,
    AnalysisRuleAggregation,
    AnalysisRuleCustom,
    AnalysisRuleIdMappingTable,
    AnalysisRuleList,
    AssociationAnalysisRule,
    IntermediateTableAnalysisRuleCustom,
)
from simulator.request import InheritedControls, Table, TableKind

_KINDS = {
    None: TableKind.CONFIGURED,
    "CONFIGURED_TABLE": TableKind.CONFIGURED,
    "TABLE": TableKind.CONFIGURED,
    "ID_MAPPING_TABLE": TableKind.ID_MAPPING,
    "INTERMEDIATE_TABLE": TableKind.INTERMEDIATE,
}

_MEMBERS = frozenset(
    {
        "fixture",
        "name",
        "owner",
        "columns",
        "rule",
        "associationRule",
        "analysisMethod",
        "schemaType",
        "status",
        "inheritedConstraints",
        "accessBudget",
        "differentialPrivacyPolicy",
    }
)


def chosen(entry: object, fixtures: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the fixture that *entry* means: a name, or `{fixture: name, member: changed value}`.

    A member that fixtures do not have is a member of the rule.

    Raises:
        ValueError: The fixture does not exist.
    """
    changes: dict[str, Any] = dict(entry) if isinstance(entry, Mapping) else {"fixture": entry}
    name = changes.pop("fixture", None)
    if name not in fixtures:
        raise ValueError(f"there is no table fixture {name!r}")
    fixture = dict(fixtures[name])
    for member, value in changes.items():
        if member in _MEMBERS:
            fixture[member] = value
        else:
            fixture["rule"] = {**(fixture.get("rule") or {}), member: value}
    return fixture


def table_of(fixture: Mapping[str, Any]) -> Table:
    """Return *fixture* as a table.

    Without an association rule it imposes no limit on result receivers.

    Raises:
        ValueError: A member is not known, or a value is not valid.
    """
    if unknown := sorted(set(fixture) - _MEMBERS):
        raise ValueError(f"the table fixture has unknown members {', '.join(unknown)}")
    kind = _KINDS[fixture.get("schemaType")]
    association = fixture.get("associationRule")
    rule = fixture.get("rule")
    budgets = [budget["remainingBudget"] for budget in fixture.get("accessBudget") or ()]
    return Table(
        name=fixture["name"],
        owner=str(fixture["owner"]),
        columns=fixture["columns"],
        rule=rule_of(rule, kind) if rule and kind is not TableKind.ID_MAPPING else None,
        association_rule=AssociationAnalysisRule.model_validate(association) if association else None,
        id_mapping_rule=_id_mapping_rule(rule) if rule and kind is TableKind.ID_MAPPING else None,
        kind=kind,
        analysis_method=fixture.get("analysisMethod", "DIRECT_QUERY"),
        status=fixture.get("status"),
        inherited=_inherited(fixture.get("inheritedConstraints")),
        budget_remaining=min(budgets) if budgets else None,
        receivers_unlimited=association is None,
    )


def rule_of(rule: Mapping[str, Any], kind: TableKind = TableKind.CONFIGURED) -> AnalysisRule:
    """Return the rule of a fixture: the API's members and its `type`.

    Raises:
        ValueError: The type is not known, or the rule is not valid.
    """
    members = {name: value for name, value in rule.items() if name != "type"}
    custom = IntermediateTableAnalysisRuleCustom if kind is TableKind.INTERMEDIATE else AnalysisRuleCustom
    types: dict[str, Any] = {
        "AGGREGATION": AnalysisRuleAggregation,
        "LIST": AnalysisRuleList,
        "CUSTOM": custom,
    }
    if rule.get("type") not in types:
        raise ValueError(f"rule type {rule.get('type')!r} is not one of {', '.join(types)}")
    made: AnalysisRule = types[rule["type"]].model_validate(members)
    return made


def _id_mapping_rule(rule: Mapping[str, Any]) -> AnalysisRuleIdMappingTable:
    return AnalysisRuleIdMappingTable.model_validate({name: value for name, value in rule.items() if name != "type"})


def _inherited(constraints: Mapping[str, Any] | None) -> InheritedControls | None:
    if constraints is None:
        return None
    return InheritedControls(
        result_receivers=_tuple(constraints.get("allowedResultReceivers")),
        disallowed_output_columns=tuple(constraints.get("disallowedOutputColumns") or ()),
        allowed_additional_analyses=_tuple(constraints.get("allowedAdditionalAnalyses")),
        additional_analyses=constraints.get("additionalAnalyses"),
    )


def _tuple(values: list[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)
