"""An aggregate or window function where rows have not been put together yet."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.pages import GOOGLE_SQL
from simulator.sql.enclosing import enclosing
from simulator.sql.grouping import computed_from_groups
from simulator.sql.resolved import Select
from simulator.sql.tracing import parts
from simulator.verdict import Basis, Finding

_PAGE = f"{GOOGLE_SQL}/query-syntax#sql_syntax"


def misplaced_aggregate(context: QueryContext) -> Iterator[Finding]:
    """An aggregate or window function in WHERE or ON, or an aggregate that sorts what a set operator puts out.

    In GROUP BY it is an `impossible_key`.

    Avoid: WHERE COUNT(*) > 1   Prefer: HAVING COUNT(*) > 1
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#sql_syntax
    """
    for select in context.script.selects:
        for clause, root in _row_clauses(select):
            found = computed_from_groups(context.script, select, root)
            if found is not None:
                is_window = isinstance(found, exp.Window)
                what = "a window function" if is_window else "an aggregate function"
                message = f"{what} cannot be used in {clause}; {'QUALIFY' if is_window else 'HAVING'} may hold one"
                yield from context.deny(misplaced_aggregate, message, _PAGE, at=found, basis=Basis.DERIVED)
    for order in _orders_of_whole_queries(context):
        for call in parts(order, exp.AggFunc):
            message = "an aggregate function cannot be used in ORDER BY of a whole query; sort by one of its columns"
            yield from context.deny(misplaced_aggregate, message, _PAGE, at=call, basis=Basis.DERIVED)


def _orders_of_whole_queries(context: QueryContext) -> Iterator[exp.Expression]:
    """Yield each ORDER BY behind a set operator or a bracket, where there are no groups any more."""
    around = (node for select in context.script.selects for node in enclosing(select) if node is not select.node)
    orders = (node.args.get("order") for node in dict.fromkeys(around))
    return (order for order in orders if order is not None)


def _row_clauses(select: Select) -> Iterator[tuple[str, exp.Expression]]:
    where = select.node.args.get("where")
    if where is not None:
        yield "WHERE", where
    for join in select.joins:
        if join.condition is not None:
            yield "ON", join.condition
