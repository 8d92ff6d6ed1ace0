"""What an aggregation rule says about additional analyses, which the service may or may not heed."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.analysis_rules import AnalysisRuleAggregation
from simulator.checks.context import API_REFERENCE, QueryContext
from simulator.verdict import Finding


def additional_analyses_on_aggregation_rule(context: QueryContext) -> Iterator[Finding]:
    """A query over a table whose aggregation rule requires additional analyses.

    What such a rule means is an open question, both for a direct result and for an additional analysis.

    Why: The API says that `additionalAnalyses` is supported for list and custom rules; the console offers it for
        aggregation rules, too. Nothing says what REQUIRED then does.
    Avoid: `additionalAnalyses: REQUIRED` in an aggregation rule
    Prefer: an aggregation rule without `additionalAnalyses`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_AnalysisRuleAggregation.html
    """
    source = f"{API_REFERENCE}/API_AnalysisRuleAggregation.html"
    direct = context.request.analysis_type == "DIRECT_ANALYSIS"
    for table in context.script.tables().values():
        value = table.rule.additional_analyses if isinstance(table.rule, AnalysisRuleAggregation) else None
        if value is None or (direct and value != "REQUIRED"):
            continue
        if value == "NOT_ALLOWED":
            message = f"'{table.name}' allows no additional analysis of its results"
            yield from context.deny(additional_analyses_on_aggregation_rule, message, source, table=table)
            continue
        use = "a direct result" if direct else "an additional analysis"
        message = f"'{table.name}' says {value} for additional analyses in an aggregation rule; found {use}"
        setting = "additional_analyses_on_aggregation_rule"
        yield from context.open(additional_analyses_on_aggregation_rule, setting, message, source, table=table)
