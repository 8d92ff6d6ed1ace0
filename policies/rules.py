"""Reading a table's rule: what policies ask of one again and again."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.analysis_rules import AnalysisRuleAggregation, AnalysisRuleCustom, AnalysisRuleList
from declarations.configured_table import ConfiguredTable
from policies.personal_data import Identification, identification

RulePath = tuple[str | int, ...]


def aggregation(table: ConfiguredTable) -> AnalysisRuleAggregation | None:
    """Return the table's aggregation rule, if it has one."""
    return table.analysis_rule.aggregation if table.analysis_rule else None


def listing(table: ConfiguredTable) -> AnalysisRuleList | None:
    """Return the table's list rule, if it has one."""
    return table.analysis_rule.list if table.analysis_rule else None


def custom(table: ConfiguredTable) -> AnalysisRuleCustom | None:
    """Return the table's custom rule, if it has one."""
    return table.analysis_rule.custom if table.analysis_rule else None


def personal(
    table: ConfiguredTable, columns: tuple[str, ...], *wanted: Identification
) -> Iterator[tuple[int, str, str]]:
    """Yield index, name and `pii` of those of *columns* that lead to a person in one of the *wanted* ways."""
    declared = table.columns or {}
    for index, name in enumerate(columns):
        pii = declared[name].pii if name in declared else None
        if pii is not None and identification(pii) in wanted:
            yield index, name, pii


def identifies_people(table: ConfiguredTable) -> bool:
    """Tell whether a column that others may use names or stands for a person."""
    wanted = (Identification.DIRECT, Identification.PSEUDONYM)
    return any(personal(table, table.allowed_columns, *wanted))
