"""An aggregate function over a column that its owner did not open for it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.analysis_rules import AggregateFunctionName
from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.listed import aggregate_functions, found
from simulator.request import TableKind
from simulator.sql.constructs import Construct, bare
from simulator.sql.spelling import function_names
from simulator.verdict import Finding

_SOURCE = f"{USER_GUIDE}/analysis-rules-aggregation.html"


def unlisted_aggregate_function(context: QueryContext) -> Iterator[Finding]:
    """An aggregate function over a column for which the table does not list it.

    COUNT and COUNT DISTINCT are two functions, and so are SUM and SUM DISTINCT.

    Why: The owner decides for each column which statistics may be made of it.
    Avoid: `SELECT COUNT(v.cust_key) AS n FROM views v JOIN orders o ON v.cust_key = o.cust_key`
    Prefer: `SELECT COUNT(DISTINCT v.cust_key) AS n FROM views v JOIN orders o ON v.cust_key = o.cust_key`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for _, _, node in found(context, Construct.AGGREGATE):
        name = function_names(context.script, node)[0]
        distinct = isinstance(node.this, exp.Distinct)
        for column in columns_of(node):
            yield from _refusal(context, node, column, f"{name}_DISTINCT" if distinct else name)
        if distinct and len(columns_of(node)) > 1:
            message = f"{name}(DISTINCT ...) over several columns; the documentation shows one column only"
            setting = "distinct_over_several_columns"
            yield from context.open(unlisted_aggregate_function, setting, message, _SOURCE, at=node)


def columns_of(node: exp.Expression) -> list[exp.Column]:
    """Return the bare columns that an aggregate function is applied to."""
    inner = node.this.expressions if isinstance(node.this, exp.Distinct) else [node.this, *node.expressions]
    arguments = (bare(item) for item in inner if isinstance(item, exp.Expression))
    return [argument for argument in arguments if isinstance(argument, exp.Column)]


def _refusal(context: QueryContext, node: exp.Expression, column: exp.Column, function: str) -> Iterator[Finding]:
    use = context.script.use(column)
    for origin in sorted(use.origins if use else (), key=lambda origin: (origin.table.name, origin.column)):
        listed = aggregate_functions(origin.table, origin.column)
        if function in {AggregateFunctionName(name) for name in listed}:
            continue
        kind = "no aggregate column" if not listed else f"allowed: {', '.join(sorted(listed))}"
        if origin.table.kind is TableKind.ID_MAPPING:
            kind = "a column of an ID mapping table"
        message = f"{function} of column '{origin.column}' is not allowed by '{origin.table.name}' ({kind})"
        yield from context.deny(unlisted_aggregate_function, message, _SOURCE, at=node, table=origin.table)
