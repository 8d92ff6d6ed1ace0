"""An expression inside an aggregate where only columns may be aggregated."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import API_REFERENCE, QueryContext
from simulator.request import Table
from simulator.sql.brackets import within_brackets
from simulator.sql.functions import is_unknown, name_of_function
from simulator.sql.resolved import Select
from simulator.sql.spelling import is_function
from simulator.sql.tracing import parts, select_reads, unchanged
from simulator.sql.windows import is_windowed
from simulator.table_rules import has_columns_only_threshold
from simulator.verdict import Finding

_PAGE = f"{API_REFERENCE}/API_AggregationThreshold.html"
_CONSTANTS = (exp.Literal, exp.Boolean, exp.Null, exp.Placeholder, exp.Parameter)


def computed_aggregate_argument(context: QueryContext) -> Iterator[Finding]:
    """Under COLUMNS_ONLY: an argument of an aggregate or window function that is neither a column nor a constant.

    Arithmetic, casts, CASE and nested calls are refused in every SELECT that reads the table. Open: COUNT(*), and
    columns that a CTE or derived table computed first.

    Why: `SUM(CASE WHEN zip = '00001' THEN spend END)` shows what a few people spent, behind the threshold that many
        people meet.
    Avoid: `SELECT camp, SUM(spend * 2) AS s FROM imps GROUP BY camp`
    Prefer: `SELECT camp, SUM(spend) AS s FROM imps GROUP BY camp`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_AggregationThreshold.html
    """
    for select in context.script.selects:
        if not select_reads(select, has_columns_only_threshold):
            continue
        for call in _aggregates(select):
            for argument in _arguments(call):
                yield from _judged(context, call, argument)


def _aggregates(select: Select) -> Iterator[exp.Expression]:
    for node in parts(select.node, exp.Func):
        if node.parent_select is not select.node or not is_function(node) or node.find_ancestor(exp.Hint) is not None:
            continue
        if isinstance(node, exp.AggFunc) or is_windowed(node) or is_unknown(node):
            yield node


def _arguments(call: exp.Expression) -> Iterator[exp.Expression]:
    for argument in call.iter_expressions():
        if isinstance(argument, exp.Distinct):
            yield from argument.expressions
        elif not isinstance(argument, exp.Var):
            yield argument


def _judged(context: QueryContext, call: exp.Expression, argument: exp.Expression) -> Iterator[Finding]:
    name = name_of_function(context.script, call)
    table = _threshold_table(context)
    inside = within_brackets(argument)
    if isinstance(inside, exp.Star):
        message = f"{name}(*) has neither a column nor a constant as argument, as '{table.name}' requires"
        setting = "count_star_under_columns_only"
        yield from context.open(computed_aggregate_argument, setting, message, _PAGE, at=call, table=table)
    elif isinstance(inside, exp.Column):
        yield from _computed_before(context, table, name, inside)
    elif not isinstance(inside, _CONSTANTS) and not _is_negative_number(inside):
        message = f"{name} is given an expression; '{table.name}' lets only columns and constants be aggregated"
        yield from context.deny(computed_aggregate_argument, message, _PAGE, at=argument, table=table)


def _computed_before(context: QueryContext, table: Table, name: str, column: exp.Column) -> Iterator[Finding]:
    use = context.script.use(column)
    if use is not None and use.origins and not unchanged(use):
        message = (
            f"{name} is given '{use.name}', which was computed before; '{table.name}' lets only columns be aggregated"
        )
        setting = "aggregate_of_computed_column"
        yield from context.open(computed_aggregate_argument, setting, message, _PAGE, at=column, table=table)


def _is_negative_number(node: exp.Expression) -> bool:
    return isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal)


def _threshold_table(context: QueryContext) -> Table:
    return next(table for table in context.script.tables().values() if has_columns_only_threshold(table))
