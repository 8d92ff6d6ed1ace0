"""A direct result of a table that serves additional analyses only."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.additional_analysis_not_allowed import additional_analyses_of
from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.verdict import Finding


def direct_result_of_additional_only_table(context: QueryContext) -> Iterator[Finding]:
    """A query with a direct result over a table whose rule says REQUIRED for additional analyses.

    Why: REQUIRED says that no rows are ever returned: the output may only feed an additional analysis.
    Avoid: running the query for its rows
    Prefer: feeding its output to a model that the owner of the table allows
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/add-analysis-rule.html
    """
    if context.request.analysis_type != "DIRECT_ANALYSIS":
        return
    for table in context.script.tables().values():
        if "REQUIRED" in additional_analyses_of(table):
            message = f"'{table.name}' never gives direct results: its rule requires an additional analysis"
            source = f"{USER_GUIDE}/add-analysis-rule.html"
            yield from context.deny(direct_result_of_additional_only_table, message, source, table=table)
