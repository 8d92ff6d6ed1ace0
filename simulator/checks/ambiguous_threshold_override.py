"""A result row to which several thresholds of one table could apply."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.custom_rule import AggregationThreshold
from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.request import Table
from simulator.sql.resolved import Projection, Select
from simulator.table_rules import threshold
from simulator.verdict import Finding


def ambiguous_threshold_override(context: QueryContext) -> Iterator[Finding]:
    """Output columns with different thresholds in one row, or an override whose name fits only alias or source.

    It is not documented which threshold then holds, nor whether `outputColumnName` means the alias or the column.

    Avoid: SELECT camp, zip, COUNT(DISTINCT user_key) FROM imps GROUP BY camp, zip   (with an override for camp)
    Prefer: SELECT camp, COUNT(DISTINCT user_key) FROM imps GROUP BY camp
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
    overrides = {
        entry.output_column_name: entry.minimum_identity_count for entry in limits.output_column_thresholds or ()
    }
    readings = [reading for item in select.projections for reading in _readings(item, table, overrides)]
    minimums = {overrides.get(name, limits.minimum_identity_count) for name in readings}
    if len(minimums) > 1:
        listed = ", ".join(str(minimum) for minimum in sorted(minimums))
        message = f"several thresholds of '{table.name}' could apply to a row ({listed}): which one is not documented"
        source = f"{USER_GUIDE}/custom-min-agg-thresholds.html"
        setting = "several_threshold_overrides"
        yield from context.open(ambiguous_threshold_override, setting, message, source, at=select.node, table=table)


def _readings(item: Projection, table: Table, overrides: dict[str, int]) -> set[str]:
    """The names by which an override could mean *item*; an aggregate has its own threshold only if one is given."""
    names = {item.name, *(origin.column for origin in item.origins if origin.table is table)}
    if item.node.find(exp.AggFunc) is not None:
        return names & {item.name} & set(overrides)
    return names
