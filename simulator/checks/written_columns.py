"""Columns whose values the query writes itself: constants, lists, and whatever is computed with such."""

from __future__ import annotations

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.sql.resolved import ColumnUse, Projection, Source
from simulator.sql.tracing import column_use, definitions
from simulator.sql.values import NOTHING, Value


def is_written(context: QueryContext, source: Source, name: str) -> bool:
    """Tell whether column *name* of a FROM entry can hold values of the writer's choice, in whatever operand.

    An element of a table's array is a value of that table; a value that is merely counted belongs to none.
    """
    array = _array(source, name)
    use = column_use(context.script, array) if array is not None else None
    if use is not None:
        return _is_written_use(context, use)
    items = definitions(source, name)
    if items:
        return any(_is_written_item(context, item) for item in items)
    return _is_chosen(context.values().of_column(source, name))


def _is_written_item(context: QueryContext, item: Projection) -> bool:
    return _is_written_use(context, item.use) if item.use is not None else _is_chosen(context.values().of_item(item))


def _is_written_use(context: QueryContext, use: ColumnUse) -> bool:
    if use.projection is not None or use.source is None:
        return use.projection is None or _is_written_item(context, use.projection)
    holders = {id(use.source): use.source}
    if not use.correlated and any(use.name in join.using for join in use.select.joins):
        # A column merged by USING shows those of both sides.
        holders |= {id(each): each for each in use.select.sources.values() if use.name in each.columns}
    return any(is_written(context, source, use.name) for source in holders.values())


def _is_chosen(value: Value) -> bool:
    return value != NOTHING and (value.literal or value.inline or value.summed or not value.origins)


def _array(source: Source, name: str) -> exp.Expression | None:
    """Return the array whose elements are column *name*, when the FROM entry is UNNEST of one."""
    node = source.node
    if not isinstance(node, exp.Unnest) or len(node.expressions) != 1:
        return None
    offset = node.args.get("offset")
    is_offset = isinstance(offset, exp.Expr) and offset.name.lower() == name
    found = node.expressions[0]
    return found if isinstance(found, exp.Expression) and not is_offset else None
