"""Shared helpers of policies that read a table's analysis rule."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.analysis_rules import AnalysisRuleAggregation, AnalysisRuleCustom, AnalysisRuleList
from declarations.association import ConfiguredTableAssociation
from declarations.base import UnknownValueError
from declarations.configured_table import ConfiguredTable
from policies.personal_data import Identification, identification
from policies.subjects import Placed

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


def pii_of(table: ConfiguredTable, name: str) -> str | None:
    """Return the personal data that a column declares; None if it declares none or the column is not declared."""
    column = (table.columns or {}).get(name)
    return column.pii if column else None


def associated_table(placed: Placed[ConfiguredTableAssociation]) -> ConfiguredTable:
    """Return the configured table that a member brings into the room.

    Raises:
        UnknownValueError: Not all of the member's tables are known.
    """
    table = placed.member.configured_table(placed.declaration.configured_table_name)
    if table is None:
        raise UnknownValueError("ConfiguredTableAssociation", "configured_table")
    return table


def personal(
    table: ConfiguredTable, columns: tuple[str, ...], *wanted: Identification
) -> Iterator[tuple[int, str, str]]:
    """Yield index, name and `pii` of those *columns* that identify a person in one of the *wanted* ways."""
    for index, name in enumerate(columns):
        pii = pii_of(table, name)
        if pii is not None and identification(pii) in wanted:
            yield index, name, pii


def joinable_columns(table: ConfiguredTable) -> tuple[RulePath, tuple[str, ...]]:
    """Return the path of the list of columns of *table* that others may join on, and those columns.

    A custom rule without comparison controls allows joins on every allowed column.
    """
    if rule := aggregation(table) or listing(table):
        return ("analysis_rule", rule.rule_type.lower(), "join_columns"), rule.join_columns
    free = custom(table)
    if free is None:
        return (), ()
    if free.comparison_controls is None:
        return ("allowed_columns",), table.allowed_columns
    path = ("analysis_rule", "custom", "comparison_controls", "allowed_column_comparison_columns")
    return path, free.comparison_controls.allowed_column_comparison_columns


def providers_of_any(wildcard: str, table: ConfiguredTable, owner: str) -> tuple[str, ...]:
    """Return the accounts, apart from *owner*, whose queries or jobs *wildcard* (ANY_QUERY, ANY_JOB) allows."""
    rule = custom(table)
    if rule is None or wildcard not in rule.allowed_analyses:
        return ()
    return tuple(account for account in rule.allowed_analysis_providers or () if account != owner)


def identifies_people(table: ConfiguredTable) -> bool:
    """Return whether a column that others may use holds a direct identifier or a pseudonym."""
    wanted = (Identification.DIRECT, Identification.PSEUDONYM)
    return any(personal(table, table.allowed_columns, *wanted))
