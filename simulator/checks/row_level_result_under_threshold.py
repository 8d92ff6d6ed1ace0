"""A final SELECT that aggregates nothing, under a threshold."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.controls import threshold_table
from simulator.sql.grouping import signature
from simulator.sql.names import name_of
from simulator.sql.resolved import Script, Select
from simulator.sql.tracing import parts, select_reads
from simulator.table_rules import has_threshold
from simulator.verdict import Finding


def row_level_result_under_threshold(context: QueryContext) -> Iterator[Finding]:
    """Rows that are not aggregates: it is not documented whether they are refused or dropped one by one.

    Window functions make no aggregates of rows either, unless only their PARTITION BY keys stand beside them.

    Avoid: SELECT camp, zip FROM imps
    Prefer: SELECT camp, COUNT(DISTINCT user_key) FROM imps GROUP BY camp
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-min-agg-thresholds.html
    """
    table = threshold_table(context)
    if table is None or context.script.final is None:
        return
    for select in context.script.final.selects:
        if select_reads(select, has_threshold) and not (
            _aggregates(select) or _shows_partitions(context.script, select)
        ):
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


def _shows_partitions(script: Script, select: Select) -> bool:
    """Tell whether the items are windows over aggregates and keys by which each of these is partitioned."""
    items = [item.node for item in select.projections]
    windows = [item for item in items if isinstance(item, exp.Window) and item.find(exp.AggFunc) is not None]
    partitions = [_partition(select, window) for window in windows]
    if not partitions or None in partitions:
        return False
    keys = [{signature(script, key) for key in partition or ()} for partition in partitions]
    return all(item in windows or all(signature(script, item) in listed for listed in keys) for item in items)


def _partition(select: Select, window: exp.Window) -> list[exp.Expression] | None:
    """Return the PARTITION BY keys of a window that gives one answer a partition; None for any other.

    With ORDER BY or a frame each row has an answer of its own: the row before it, say.
    """
    definition = window
    if window.args.get("alias") is not None:
        named = {name_of(each.this): each for each in select.node.args.get("windows") or ()}
        definition = named.get(name_of(window.args["alias"]), window)
    if any(definition.args.get(name) is not None for name in ("order", "spec", "alias")):
        return None
    return list(definition.args.get("partition_by") or ())
