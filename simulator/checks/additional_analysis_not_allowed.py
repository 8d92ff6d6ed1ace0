"""An additional analysis that a table's owner did not allow."""

from __future__ import annotations

import re
from collections.abc import Iterator

from declarations.analysis_rules import AnalysisRuleAggregation
from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.request import Table, TableKind
from simulator.table_rules import custom_rule
from simulator.verdict import Finding

_PAGE = f"{USER_GUIDE}/add-analysis-rule.html"


def additional_analysis_not_allowed(context: QueryContext) -> Iterator[Finding]:
    """A query whose output feeds an analysis that some table's rule, or list of analyses, does not allow.

    The rule must say ALLOWED or REQUIRED, and the association must list the analysis (`*` stands for any text). Open: a
    rule that says nothing.

    Why: Results that feed a model leave the room in another form than rows; the owner of each table decides which
        models may learn from it.
    Avoid: training a model on a table whose rule says NOT_ALLOWED
    Prefer: training a model that the owner of each table lists in `allowedAdditionalAnalyses`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/add-analysis-rule.html
    """
    if context.request.analysis_type == "DIRECT_ANALYSIS":
        return
    for table in context.script.tables().values():
        if table.kind is TableKind.ID_MAPPING:
            continue
        values = additional_analyses_of(table)
        if "NOT_ALLOWED" in values:
            message = f"'{table.name}' allows no additional analysis of its results"
            yield from context.deny(additional_analysis_not_allowed, message, _PAGE, table=table)
        elif not values:
            message = (
                f"'{table.name}' does not say whether additional analyses are allowed; the default is not documented"
            )
            setting = "absent_additional_analyses"
            yield from context.open(additional_analysis_not_allowed, setting, message, _PAGE, table=table)
        else:
            yield from _unlisted(context, table)


def additional_analyses_of(table: Table) -> set[str]:
    """Return what the rule of *table*, and what it inherited, say about additional analyses."""
    # Whether an aggregation rule can say anything is an open question with a check of its own.
    speaks = table.rule is not None and not isinstance(table.rule, AnalysisRuleAggregation)
    own = table.rule.additional_analyses if table.rule is not None and speaks else None
    inherited = table.inherited.additional_analyses if table.inherited is not None else None
    return {str(value) for value in (own, inherited) if value is not None}


def _unlisted(context: QueryContext, table: Table) -> Iterator[Finding]:
    arn = context.request.additional_analysis_arn
    for allowed in _lists(table):
        if arn is None or not any(_matches(pattern, arn) for pattern in allowed):
            listed = ", ".join(f"'{pattern}'" for pattern in allowed) or "none"
            found = f"'{arn}'" if arn is not None else "an additional analysis without an ARN"
            message = f"{found} may not use results of '{table.name}' (allowed: {listed})"
            yield from context.deny(additional_analysis_not_allowed, message, _PAGE, table=table)


def _lists(table: Table) -> Iterator[tuple[str, ...]]:
    if table.kind is TableKind.CONFIGURED:
        rule = table.association_rule
        yield (rule.allowed_additional_analyses or ()) if rule is not None else ()
        return
    stated = [holder.allowed_additional_analyses for holder in (custom_rule(table), table.inherited) if holder]
    yield from [analyses for analyses in stated if analyses is not None] or [()]


def _matches(pattern: str, arn: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), arn) is not None
