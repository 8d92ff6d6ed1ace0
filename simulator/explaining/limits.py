"""The rules that a table's owner declared for the whole table, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from declarations.analysis_rules import AnalysisRuleAggregation, AnalysisRuleList
from declarations.custom_rule import CustomControls
from simulator.checks.additional_analysis_not_allowed import additional_analyses_of
from simulator.checks.context import USER_GUIDE
from simulator.checks.listed import PAGES, join_operators
from simulator.checks.mapping import overlap_columns, protected_columns
from simulator.request import Table, TableKind
from simulator.table_rules import comparison_controls, disallowed_columns, threshold, user_identifier

MAPPING_PAGE = f"{USER_GUIDE}/analysis-rules-id-mapping-table.html"
"""The page of the user guide about ID mapping tables."""

Limit = tuple[str, str]
"""A subject, and a sentence about it."""


def limits(table: Table) -> Iterator[Limit]:
    """Yield the rules that apply to every query over *table*."""
    yield "rule", _rule(table)
    if isinstance(table.rule, CustomControls):
        yield from _of_custom_rule(table, table.rule)
    if isinstance(table.rule, AnalysisRuleAggregation):
        yield from _of_aggregation_rule(table.rule)
    if isinstance(table.rule, AnalysisRuleList):
        yield "join", "required: INNER JOIN ... ON with a table of the query runner, directly or through others"
    if isinstance(table.rule, (AnalysisRuleAggregation, AnalysisRuleList)):
        yield (
            "join conditions",
            f"combined by {_listed(('AND',) if join_operators(table) is None else join_operators(table))}",
        )
    if table.kind is TableKind.ID_MAPPING:
        yield from _of_mapping(table)
    yield from _of_results(table)


def _rule(table: Table) -> str:
    if table.kind is TableKind.ID_MAPPING:
        return "ID mapping table; otherwise the rule of the tables that it connects"
    if table.rule is None:
        return "none, so it cannot be queried"
    kind = "intermediate table, " if table.kind is TableKind.INTERMEDIATE else ""
    return f"{kind}{table.rule.rule_type.lower()}"


def source(table: Table) -> str | None:
    """Return the page of the user guide that states the table's kind of rule."""
    if table.kind is TableKind.ID_MAPPING:
        return MAPPING_PAGE
    return PAGES[table.rule.rule_type] if table.rule is not None else None


def _of_aggregation_rule(rule: AnalysisRuleAggregation) -> Iterator[Limit]:
    for constraint in rule.output_constraints:
        text = f"every row of a result covers at least {constraint.minimum} distinct {constraint.column_name}"
        yield "minimum", f"{text}; other rows are dropped without notice"
    if rule.join_required is not None:
        yield "join", "required: INNER JOIN ... ON with a table of the query runner, directly or through others"
    yield "scalar functions", _listed(rule.scalar_functions)


def _of_custom_rule(table: Table, rule: CustomControls) -> Iterator[Limit]:
    yield "analyses", _analyses(rule)
    if columns := disallowed_columns(table):
        yield "kept out of results", _listed(sorted(columns))
    limit = threshold(table)
    if limit is not None:
        text = f"every row of a result covers at least {limit.minimum_identity_count} distinct"
        yield "minimum", f"{text} {limit.identity_columns[0]}; other rows are dropped without notice"
        for override in limit.output_column_thresholds or ():
            least = override.minimum_identity_count
            yield "minimum", f"for output column {override.output_column_name}: {least or 'none'}"
        if limit.allowed_aggregate_expression_type == "COLUMNS_ONLY":
            yield "aggregates", "of bare columns and constants only"
    if (controls := comparison_controls(table)) is not None:
        yield "compared with literals", _listed(controls.allowed_literal_comparison_columns)
        yield "compared with columns", _listed(controls.allowed_column_comparison_columns)
    if (user := user_identifier(table)) is not None:
        yield "differential privacy", f"results are noisy, so that no single {user} shows"


def _analyses(rule: CustomControls) -> str:
    allowed = rule.allowed_analyses or ()
    if not allowed:
        return "none: allowedAnalyses is empty, so nothing can run"
    if "ANY_QUERY" in allowed:
        return f"any query and template written by {_listed(rule.allowed_analysis_providers or ())}"
    if set(allowed) == {"ANY_JOB"}:
        return "jobs only, no SQL"
    return f"approved templates only: {_listed(allowed)}"


def _of_mapping(table: Table) -> Iterator[Limit]:
    if columns := overlap_columns(table):
        yield "join", f"required: {_listed(columns)} each with a column of a collaboration table"
    if columns := tuple(sorted(protected_columns(table))):
        yield "only in joins", _listed(columns)


def _of_results(table: Table) -> Iterator[Limit]:
    receivers = table.association_rule.allowed_result_receivers if table.association_rule is not None else None
    if table.inherited is not None and table.inherited.result_receivers is not None:
        receivers = table.inherited.result_receivers
    if receivers is not None:
        yield "result receivers", _listed(receivers)
    elif table.kind is TableKind.CONFIGURED:
        yield "result receivers", "not declared"
    if values := additional_analyses_of(table):
        listed = table.association_rule.allowed_additional_analyses if table.association_rule is not None else None
        which = f": {_listed(listed)}" if listed and "NOT_ALLOWED" not in values else ""
        yield "additional analyses", f"{_listed(sorted(values))}{which}"
    if table.budget_remaining is not None:
        yield "access budget", f"{table.budget_remaining} uses left"


def _listed(names: Iterable[str] | None) -> str:
    return ", ".join(str(name) for name in names or ()) or "none"
