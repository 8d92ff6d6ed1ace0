"""A column beside aggregates that is not grouped by."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.listed import inside_aggregate
from simulator.sql.constructs import bare
from simulator.sql.grouping import grouping_keys, is_grouped
from simulator.sql.resolved import ColumnUse
from simulator.verdict import Finding


def ungrouped_column(context: QueryContext) -> Iterator[Finding]:
    """A selected or sorted-by column that is neither grouped by nor inside an aggregate function.

    Why: In a group of many rows such a column has many values; the engine refuses to choose one.
    Avoid: `SELECT v.region, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key`
    Prefer: `SELECT v.region, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY v.region`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for select in context.script.selects:
        keys = grouping_keys(context.script, select)
        selected = [item for item in select.node.expressions if not is_grouped(context.script, bare(item), keys)]
        missing = [use for item in selected for use in _ungrouped(context, item, keys)]
        service_message = _service_message(missing)
        order = select.node.args.get("order")
        for key in order.expressions if order is not None else ():
            node = bare(key.this) if isinstance(key, exp.Ordered) else bare(key)
            if not is_grouped(context.script, node, keys):
                missing += [use for use in _ungrouped(context, node, keys) if use.projection is None]
        for use in missing:
            message = (
                f"column '{use.name}' must be grouped by or be inside an aggregate function; found in {use.clause}"
            )
            source = f"{USER_GUIDE}/analysis-rules-aggregation.html"
            yield from context.deny(ungrouped_column, message, source, at=use.node, service_message=service_message)


def _ungrouped(context: QueryContext, node: exp.Expression, keys: frozenset[object]) -> Iterator[ColumnUse]:
    for column in node.find_all(exp.Column):
        use = context.script.use(column)
        if use is None or inside_aggregate(column) or is_grouped(context.script, column, keys):
            continue
        yield use


def _service_message(missing: list[ColumnUse]) -> str | None:
    names = [f"{use.source.table.name}.{use.name}" for use in missing if use.source and use.source.table]
    return f"Column(s) [{', '.join(dict.fromkeys(names))}] must appear in group by clause" if names else None
