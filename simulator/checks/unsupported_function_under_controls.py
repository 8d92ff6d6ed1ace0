"""A function that thresholds and comparison controls exclude."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.controls import comparison_table, threshold_table
from simulator.sql.functions import (
    AGGREGATES_UNDER_THRESHOLD,
    RANKINGS,
    UNSUPPORTED_UNDER_CONTROLS,
    is_unknown,
    name_of_function,
)
from simulator.sql.spelling import is_function
from simulator.sql.tracing import parts
from simulator.sql.windows import is_windowed
from simulator.verdict import Basis, Finding

_PAGE = f"{USER_GUIDE}/custom-sql-capabilities.html"


def unsupported_function_under_controls(context: QueryContext) -> Iterator[Finding]:
    """A function that is not supported for tables with a threshold or with comparison controls.

    Some are excluded by name (ANY_VALUE, FIRST_VALUE, NTILE, TO_CHAR, TRANSLATE, AES_DECRYPT, HLL_* ...). Aggregate and
    window functions have to be on the list of supported ones, and so has a function of which nothing but the name is
    known, because it may aggregate. With comparison controls alone it is an open question whether the list applies.

    Why: ANY_VALUE and its like show the value of one row, whoever stands behind the rest of the result.
    Avoid: `SELECT camp, ANY_VALUE(zip) AS z, COUNT(clicks) AS n FROM imps GROUP BY camp`
    Prefer: `SELECT camp, MIN(zip) AS z, COUNT(clicks) AS n FROM imps GROUP BY camp`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-sql-capabilities.html
    """
    if threshold_table(context) is None and comparison_table(context) is None:
        return
    for statement in context.script.statements:
        for node in parts(statement, exp.Func):
            if is_function(node) and node.find_ancestor(exp.Hint) is None:
                yield from _judged(context, node)


def _judged(context: QueryContext, node: exp.Expression) -> Iterator[Finding]:
    name = name_of_function(context.script, node)
    listed = AGGREGATES_UNDER_THRESHOLD | RANKINGS
    if name in UNSUPPORTED_UNDER_CONTROLS or name.startswith("HLL_") or isinstance(node, (exp.AnyValue, exp.First)):
        yield from _unsupported(context, node, f"function {name}", Basis.DOCUMENTED)
    elif (isinstance(node, exp.AggFunc) or is_windowed(node)) and name not in listed:
        yield from _unsupported(context, node, f"aggregate or window function {name}", Basis.DERIVED)
    elif is_unknown(node):
        yield from _unsupported(context, node, f"function {name}, which may be an aggregate,", Basis.ASSUMED)


def _unsupported(context: QueryContext, node: exp.Expression, what: str, basis: Basis) -> Iterator[Finding]:
    table = threshold_table(context)
    if table is not None:
        message = f"{what} is not supported with the aggregation threshold of '{table.name}'"
        yield from context.deny(unsupported_function_under_controls, message, _PAGE, at=node, table=table, basis=basis)
        return
    table = comparison_table(context)
    name = table.name if table is not None else ""
    message = f"{what} may not be supported with the comparison controls of '{name}'"
    setting = "unsupported_sql_under_comparison_controls"
    yield from context.open(unsupported_function_under_controls, setting, message, _PAGE, at=node, table=table)
