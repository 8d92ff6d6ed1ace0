"""A result row to which several thresholds of one table could apply."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.custom_rule import AggregationThreshold
from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.row_minimums import is_exempt, row_minimum
from simulator.request import Table
from simulator.sql.resolved import Select
from simulator.table_rules import threshold
from simulator.verdict import Finding


def ambiguous_threshold_override(context: QueryContext) -> Iterator[Finding]:
    """Output columns with different thresholds in one row, or an override that may or may not mean a column.

    It may fit by alias or by source only, or by what a value is computed from. A run takes the strictest reading.

    Why: It is not documented which of several thresholds a row has to meet, whether `outputColumnName` means the alias
        or the column behind it, nor whether it also means values computed from the column.
    Avoid: `SELECT camp, zip, COUNT(DISTINCT user_key) AS n FROM imps GROUP BY camp, zip`
        (camp has a threshold of its own)
    Prefer: `SELECT camp, COUNT(DISTINCT user_key) AS n FROM imps GROUP BY camp`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-min-agg-thresholds.html
    """
    if context.script.final is None:
        return
    for table in context.script.tables().values():
        limits = threshold(table)
        if limits is not None and limits.output_column_thresholds:
            for select in context.script.final.selects:
                yield from _judged(context, table, limits, select)


def _judged(context: QueryContext, table: Table, limits: AggregationThreshold, select: Select) -> Iterator[Finding]:
    readings = row_minimum(select, table, limits).readings
    if len(readings) > 1 and not is_exempt(select):
        listed = ", ".join(str(minimum) for minimum in readings)
        message = f"several thresholds of '{table.name}' could apply to a row ({listed}): which one is not documented"
        source = f"{USER_GUIDE}/custom-min-agg-thresholds.html"
        setting = "several_threshold_overrides"
        yield from context.open(ambiguous_threshold_override, setting, message, source, at=select.node, table=table)
