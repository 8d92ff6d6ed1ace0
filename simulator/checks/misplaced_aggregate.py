"""An aggregate or window function where there are no groups to compute it from."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import SQL_REFERENCE, QueryContext
from simulator.pages import GOOGLE_SQL
from simulator.sql.dialects import BIGQUERY
from simulator.sql.enclosing import all_enclosing
from simulator.sql.grouping import computed_from_groups
from simulator.sql.resolved import Select
from simulator.sql.tracing import parts
from simulator.sql.windows import is_windowed, whole_call
from simulator.verdict import Basis, Finding

_PAGE = f"{SQL_REFERENCE}/sql-commands-select-spark.html"
_BIGQUERY_PAGE = f"{GOOGLE_SQL}/query-syntax#sql_syntax"


def misplaced_aggregate(context: QueryContext) -> Iterator[Finding]:
    """An aggregate or window function in WHERE or ON or inside an aggregate, a window function in HAVING.

    Also an aggregate that sorts what a set operator puts out. A select alias that stands for one makes no difference.
    The function of an OVER clause may take aggregates: `SUM(SUM(spend)) OVER ()`. In GROUP BY either is an
    `impossible_key`.

    Why: WHERE and ON decide about single rows, before there are groups, and an aggregate takes the rows of its group,
        not the aggregates of others; the engine refuses the query.
    Avoid: `SELECT camp, COUNT(*) AS n FROM imps WHERE COUNT(*) > 1 GROUP BY camp`
    Prefer: `SELECT camp, COUNT(*) AS n FROM imps GROUP BY camp HAVING COUNT(*) > 1`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/sql-commands-select-spark.html
    """
    for select in context.script.selects:
        for clause, root in _row_clauses(select):
            found = computed_from_groups(context.script, select, root)
            if found is not None:
                yield from _denied(
                    context, f"{_called(found)} cannot be used in {clause}; {_way_out(context, found)}", found
                )
        for window in _windows_in_having(select):
            message = f"a window function cannot be used in HAVING; {_way_out(context, window)}"
            yield from _denied(context, message, window)
        yield from _nested(context, select)
    for order in _orders_of_whole_queries(context):
        for call in parts(order, exp.AggFunc):
            message = "an aggregate function cannot be used in ORDER BY of a whole query; sort by one of its columns"
            yield from _denied(context, message, call)


def _nested(context: QueryContext, select: Select) -> Iterator[Finding]:
    """Report what is computed from groups inside the aggregates of *select*, in their FILTER and WITHIN GROUP too."""
    for call in parts(select.node, exp.AggFunc):
        if call.parent_select is not select.node or is_windowed(call):
            continue
        whole = whole_call(call)
        holders = (call,) if whole is call else (call, whole)
        roots = (child for holder in holders for child in holder.iter_expressions() if child is not call)
        for root in roots:
            found = computed_from_groups(context.script, select, root) if isinstance(root, exp.Expression) else None
            if found is not None and found is not call:
                message = f"{_called(found)} cannot be used inside an aggregate function; compute it in a query below"
                yield from _denied(context, message, found)


def _windows_in_having(select: Select) -> Iterator[exp.Expression]:
    having = select.node.args.get("having")
    windows = parts(having, exp.Window) if having is not None else ()
    return (window for window in windows if window.parent_select is select.node)


def _called(found: exp.Expression) -> str:
    return "a window function" if isinstance(found, exp.Window) else "an aggregate function"


def _way_out(context: QueryContext, found: exp.Expression) -> str:
    if not isinstance(found, exp.Window):
        return "HAVING may hold one"
    return "QUALIFY may hold one" if context.script.dialect == BIGQUERY else "filter its values in a query around"


def _denied(context: QueryContext, message: str, at: exp.Expression) -> Iterator[Finding]:
    page = _BIGQUERY_PAGE if context.script.dialect == BIGQUERY else _PAGE
    yield from context.deny(misplaced_aggregate, message, page, at=at, basis=Basis.DERIVED)


def _orders_of_whole_queries(context: QueryContext) -> Iterator[exp.Expression]:
    """Yield each ORDER BY behind a set operator, where there are no groups any more; in BigQuery behind brackets too.

    Spark sorts `(SELECT ... GROUP BY camp) ORDER BY COUNT(*)` by what is counted in the brackets.
    """
    kinds = (exp.SetOperation, exp.Subquery) if context.script.dialect == BIGQUERY else (exp.SetOperation,)
    around = (node for node in all_enclosing(context.script.selects) if isinstance(node, kinds))
    orders = (node.args.get("order") for node in dict.fromkeys(around))
    return (order for order in orders if order is not None)


def _row_clauses(select: Select) -> Iterator[tuple[str, exp.Expression]]:
    where = select.node.args.get("where")
    if where is not None:
        yield "WHERE", where
    for join in select.joins:
        if join.condition is not None:
            yield "ON", join.condition
