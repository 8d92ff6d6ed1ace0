"""A scalar function that a table's owner did not open."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.analysis_rules import AnalysisRuleAggregation
from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.listed import found, scalar_functions
from simulator.request import Table
from simulator.sql.constructs import Construct
from simulator.sql.spelling import function_names
from simulator.verdict import Finding

_SOURCE = f"{USER_GUIDE}/analysis-rules-aggregation.html"


def unlisted_scalar_function(context: QueryContext) -> Iterator[Finding]:
    """A scalar function that the rule of the column's table does not list.

    Why: The owner decides which functions may be applied to the columns that are shown or filtered by.
    Avoid: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        WHERE LOWER(v.region) = 'eu'`
    Prefer: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        WHERE UPPER(v.region) = 'EU'`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for _, _, node in found(context, Construct.SCALAR):
        for name in function_names(context.script, node):
            yield from _refusal(context, node, name)


def _refusal(context: QueryContext, node: exp.Expression, name: str) -> Iterator[Finding]:
    ruled = [table for table in context.script.tables().values() if isinstance(table.rule, AnalysisRuleAggregation)]
    without = [table for table in ruled if name not in scalar_functions(table)]
    concerned = {origin.table.name for origin in context.script.origins(node)}
    # A call without columns (CURRENT_DATE) concerns whoever lists it.
    refusing = [table for table in without if table.name in concerned]
    if not concerned and len(without) == len(ruled):
        refusing = without
    for table in refusing:
        yield from context.deny(unlisted_scalar_function, _message(table, name), _SOURCE, at=node, table=table)
    if refusing:
        return
    for table in without:
        message = f"{_message(table, name)}; the function is applied to other tables' columns only"
        setting = "scalar_listed_by_one_table"
        yield from context.open(unlisted_scalar_function, setting, message, _SOURCE, at=node, table=table)


def _message(table: Table, name: str) -> str:
    listed = ", ".join(scalar_functions(table)) or "none"
    return f"scalar function {name} is not listed by '{table.name}' (scalar functions: {listed})"
