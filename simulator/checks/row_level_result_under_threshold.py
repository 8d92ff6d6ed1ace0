"""A final SELECT that aggregates nothing, under a threshold."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.controls import threshold_table
from simulator.sql.resolved import Select
from simulator.sql.tracing import parts, select_reads
from simulator.table_rules import has_threshold
from simulator.verdict import Finding


def row_level_result_under_threshold(context: QueryContext) -> Iterator[Finding]:
    """Rows that are not aggregates, from a table with an aggregation threshold.

    Window functions make no aggregates of rows, either: each row keeps one identity, whatever is counted beside it.

    Why: One row holds one identity, which is below every threshold. It is not documented whether the query is refused,
        or its rows are dropped one by one.
    Avoid: `SELECT camp, zip FROM imps`
    Prefer: `SELECT camp, COUNT(DISTINCT user_key) AS n FROM imps GROUP BY camp`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-min-agg-thresholds.html
    """
    table = threshold_table(context)
    if table is None or context.script.final is None:
        return
    for select in context.script.final.selects:
        if select_reads(select, has_threshold) and not _aggregates(select):
            message = (
                f"the final SELECT gives rows that are not aggregates, and '{table.name}' has an aggregation threshold"
            )
            source = f"{USER_GUIDE}/custom-min-agg-thresholds.html"
            setting = "row_level_select_under_threshold"
            yield from context.open(
                row_level_result_under_threshold, setting, message, source, at=select.node, table=table
            )


def _aggregates(select: Select) -> bool:
    calls = (node for item in select.node.expressions for node in parts(item, exp.AggFunc))
    return any(
        node.parent_select is select.node and node.find_ancestor(exp.Window, exp.Select) is select.node
        for node in calls
    )
