"""Which checks a query gets: the tables that it reads decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from declarations.analysis_rules import AnalysisRuleType
from simulator.analysis_rules.aws import (
    aggregation,
    common,
    custom,
    differential_privacy,
    id_mapping,
    intermediate,
    results,
)
from simulator.analysis_rules.aws import list as list_rule
from simulator.checks.context import Check
from simulator.request import Table, TableKind

PARTS: Mapping[str, tuple[Check, ...]] = {
    "every query": common.CHECKS,
    "results": results.CHECKS,
    "ID mapping tables": id_mapping.CHECKS,
    "intermediate tables": intermediate.CHECKS,
    "aggregation rule": aggregation.CHECKS,
    "list rule": list_rule.CHECKS,
    "custom rule": custom.CHECKS,
    "differential privacy": differential_privacy.CHECKS,
}
"""All parts of the rules, as people call them."""

BY_RULE_TYPE: Mapping[AnalysisRuleType, tuple[Check, ...]] = {
    AnalysisRuleType.AGGREGATION: aggregation.CHECKS,
    AnalysisRuleType.LIST: list_rule.CHECKS,
    AnalysisRuleType.CUSTOM: custom.CHECKS + differential_privacy.CHECKS,
}
"""Rule type to its checks. Every type has an entry: a type without checks would allow everything."""

BY_TABLE_KIND: Mapping[TableKind, tuple[Check, ...]] = {
    TableKind.CONFIGURED: (),
    TableKind.ID_MAPPING: id_mapping.CHECKS,
    TableKind.INTERMEDIATE: intermediate.CHECKS,
}
"""Kind of table to the checks that it adds."""

FOR_ALL: tuple[Check, ...] = common.CHECKS + results.CHECKS
"""Checks of every query."""


def checks_for(tables: Iterable[Table]) -> tuple[Check, ...]:
    """Return every check for a query over *tables*, each once, those of every query first."""
    used = list(tables)
    checks = [*FOR_ALL]
    for table in used:
        checks += BY_TABLE_KIND[table.kind]
    for table in used:
        if table.rule is not None:
            checks += BY_RULE_TYPE[table.rule.rule_type]
    return tuple(dict.fromkeys(checks))
