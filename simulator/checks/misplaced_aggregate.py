"""An aggregate or window function where rows have not been put together yet."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.pages import GOOGLE_SQL
from simulator.sql.grouping import key_nodes
from simulator.sql.resolved import Select
from simulator.sql.tracing import parts
from simulator.verdict import Basis, Finding

_PAGE = f"{GOOGLE_SQL}/query-syntax#sql_syntax"


def misplaced_aggregate(context: QueryContext) -> Iterator[Finding]:
    """An aggregate or window function in WHERE, in ON, or in a key of GROUP BY, by its alias or its number too.

    Avoid: WHERE COUNT(*) > 1   Prefer: HAVING COUNT(*) > 1
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#sql_syntax
    """
    for select in context.script.selects:
        for clause, root in _row_clauses(context, select):
            computed = parts(root, exp.Window, exp.AggFunc)
            found = next((node for node in computed if node.parent_select is select.node), None)
            if found is not None:
                is_window = isinstance(found, exp.Window)
                what = "a window function" if is_window else "an aggregate function"
                message = f"{what} cannot stand in {clause}; {'QUALIFY' if is_window else 'HAVING'} may hold one"
                yield from context.deny(misplaced_aggregate, message, _PAGE, at=found, basis=Basis.DERIVED)


def _row_clauses(context: QueryContext, select: Select) -> Iterator[tuple[str, exp.Expression]]:
    where = select.node.args.get("where")
    if where is not None:
        yield "WHERE", where
    for join in select.joins:
        if join.condition is not None:
            yield "ON", join.condition
    for node, item in key_nodes(context.script, select):
        yield "GROUP BY", item.node if item is not None else node
