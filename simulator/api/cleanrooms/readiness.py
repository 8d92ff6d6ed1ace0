"""Whether a table can be queried yet, and what its owner still has to do.

Source: API SchemaStatusDetail, SchemaStatusReasonCode; userguide/custom-diff-privacy ("Differential privacy policy
required"), userguide/working-with-intermediate-tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from declarations.analysis_rules import AdditionalAnalyses, AnalysisRule, AnalysisRuleCustom
from simulator.api.calls import Call
from simulator.api.cleanrooms.analysis_rules import rules_of
from simulator.api.cleanrooms.lookup import brought
from simulator.api.cleanrooms.spending import is_privacy_template
from simulator.api.cleanrooms.tables import RoomTable
from simulator.request import TableKind

DIRECT: Final = "DIRECT_ANALYSIS"
ADDITIONAL: Final = "ADDITIONAL_ANALYSIS"
"""The two kinds of analyses: the result goes to a member, or to an additional analysis."""

_POLICY_REQUIRED = (
    "Differential privacy policy required. You must configure the differential privacy policy, a one-time setup for "
    "this collaboration, so that your tables are available for querying."
)
"""The console's text for such a table, and the banner above it."""


class Reason(NamedTuple):
    """Why a table is not ready.

    Attributes:
        code: A SchemaStatusReasonCode.
        message: What the owner has to do.
    """

    code: str
    message: str


def status_details(call: Call, collaboration_id: str, held: RoomTable, rule_types: list[str]) -> list[dict[str, Any]]:
    """Return the SchemaStatusDetail of a table for direct and for additional analyses."""
    return [
        _detail(analysis, list(reasons_against(call, collaboration_id, held, analysis)), rule_types, held)
        for analysis in (DIRECT, ADDITIONAL)
    ]


def _detail(analysis: str, reasons: list[Reason], rule_types: list[str], held: RoomTable) -> dict[str, Any]:
    rule = held.table.rule
    private = isinstance(rule, AnalysisRuleCustom) and rule.differential_privacy is not None
    return {
        "status": "NOT_READY" if reasons else "READY",
        "reasons": [reason._asdict() for reason in reasons] or None,
        "analysisRuleType": rule_types[0] if rule_types else None,
        "configurations": ["DIFFERENTIAL_PRIVACY"] if private else None,
        "analysisType": analysis,
    }


def reasons_against(call: Call, collaboration_id: str, held: RoomTable, analysis: str) -> Iterator[Reason]:
    """Yield the reasons why a table is not ready.

    Args:
        call: The call.
        collaboration_id: The collaboration's id.
        held: The table.
        analysis: DIRECT or ADDITIONAL.
    """
    if held.table.kind is TableKind.ID_MAPPING:
        if not held.resource.hidden.get("populated"):
            yield Reason("ID_MAPPING_TABLE_NOT_POPULATED", "populate the ID mapping table")
        return
    if held.table.kind is TableKind.INTERMEDIATE:
        yield from _intermediate_reasons(held)
    rule = held.table.rule
    if rule is None:
        if held.table.kind is TableKind.CONFIGURED:
            yield Reason("ANALYSIS_RULE_MISSING", "add an analysis rule to the configured table")
        return
    if isinstance(rule, AnalysisRuleCustom):
        yield from _custom_reasons(call, collaboration_id, held, rule)
    if held.table.kind is TableKind.CONFIGURED and isinstance(rule, AnalysisRule):
        yield from _association_reasons(call, held, rule, analysis)


def _intermediate_reasons(held: RoomTable) -> Iterator[Reason]:
    codes = {
        "DISALLOWED_BY_DATA_PROVIDER": "INTERMEDIATE_TABLE_DISALLOWED_BY_DATA_PROVIDER",
        "BASE_TABLE_REMOVED": "INTERMEDIATE_TABLE_BASE_TABLE_REMOVED",
        "RETENTION_PERIOD_EXPIRED": "INTERMEDIATE_TABLE_RETENTION_PERIOD_EXPIRED",
    }
    status = held.resource.body["status"]
    if status != "POPULATE_SUCCESS":
        code = codes.get(status, "INTERMEDIATE_TABLE_NOT_POPULATED")
        yield Reason(code, f"the intermediate table is {status}; populate it")
    if held.table.rule is None:
        yield Reason("INTERMEDIATE_TABLE_ANALYSIS_RULE_MISSING", "add an analysis rule to the intermediate table")


def _custom_reasons(call: Call, collaboration_id: str, held: RoomTable, rule: AnalysisRuleCustom) -> Iterator[Reason]:
    if not rule.allowed_analyses:
        yield Reason("ANALYSIS_TEMPLATES_NOT_CONFIGURED", "allow an analysis template, or any query of a provider")
    elif {"ANY_QUERY", "ANY_JOB"} & set(rule.allowed_analyses) and not rule.allowed_analysis_providers:
        yield Reason("ANALYSIS_PROVIDERS_NOT_CONFIGURED", "name the accounts whose analyses are allowed")
    if rule.differential_privacy is not None:
        owners = {
            each.account
            for each in brought(call, collaboration_id, "privacy_budget_template")
            if is_privacy_template(each)
        }
        if held.table.owner not in owners:
            yield Reason("DIFFERENTIAL_PRIVACY_POLICY_NOT_CONFIGURED", _POLICY_REQUIRED)


def _association_reasons(call: Call, held: RoomTable, rule: AnalysisRule, analysis: str) -> Iterator[Reason]:
    stated = held.table.association_rule
    rules = rules_of(call, held.resource)
    if rules and rules[0].body["type"] != rule.rule_type:
        message = f"the collaboration analysis rule is {rules[0].body['type']}, the table's rule is {rule.rule_type}"
        yield Reason("ANALYSIS_RULE_TYPES_NOT_COMPATIBLE", message)
    if analysis == DIRECT:
        if rule.additional_analyses == AdditionalAnalyses.REQUIRED:
            yield Reason(
                "RESULT_RECEIVERS_NOT_ALLOWED", "additionalAnalyses is REQUIRED: nobody receives direct results"
            )
        elif stated is not None and not stated.allowed_result_receivers:
            yield Reason("RESULT_RECEIVERS_NOT_CONFIGURED", "name the accounts that may receive results")
        return
    if rule.additional_analyses in (None, AdditionalAnalyses.NOT_ALLOWED):
        yield Reason("ADDITIONAL_ANALYSES_NOT_ALLOWED", "the analysis rule does not allow additional analyses")
    elif stated is None:
        yield Reason("COLLABORATION_ANALYSIS_RULE_NOT_CONFIGURED", "add a collaboration analysis rule")
    elif not stated.allowed_additional_analyses:
        yield Reason("ADDITIONAL_ANALYSES_NOT_CONFIGURED", "name the additional analyses that are allowed")
