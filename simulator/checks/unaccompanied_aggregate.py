"""An extreme, a percentile or a collection without AVG, COUNT or SUM beside it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.controls import threshold_table
from simulator.sql.functions import ACCOMPANIED_AGGREGATES, LEADING_AGGREGATES, name_of_function
from simulator.sql.resolved import Select
from simulator.sql.spelling import is_function
from simulator.sql.tracing import parts
from simulator.verdict import Finding

_PAGE = f"{USER_GUIDE}/custom-sql-capabilities.html"


def unaccompanied_aggregate(context: QueryContext) -> Iterator[Finding]:
    """MIN, MAX, MEDIAN, a percentile, COLLECT_*, LAG or LEAD alone in the final SELECT under a threshold.

    In CTEs they may stand alone.

    Why: They show values of single rows. Under a threshold the guide supports them only beside AVG, COUNT or SUM.
    Avoid: `SELECT camp, MAX(spend) AS m FROM imps GROUP BY camp`
    Prefer: `SELECT camp, MAX(spend) AS m, COUNT(DISTINCT user_key) AS n FROM imps GROUP BY camp`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-sql-capabilities.html
    """
    table = threshold_table(context)
    if table is None or context.script.final is None:
        return
    for select in context.script.final.selects:
        if any(name in LEADING_AGGREGATES for name, _ in _calls(context, select, in_select_list=True)):
            continue
        for name, node in _calls(context, select, in_select_list=False):
            if name in ACCOMPANIED_AGGREGATES:
                message = f"{name} appears in the final SELECT without AVG, COUNT or SUM, as '{table.name}' requires"
                yield from context.deny(unaccompanied_aggregate, message, _PAGE, at=node, table=table)


def _calls(context: QueryContext, select: Select, *, in_select_list: bool) -> Iterator[tuple[str, exp.Expression]]:
    roots = select.node.expressions if in_select_list else [select.node]
    for root in roots:
        for node in parts(root, exp.Func):
            if is_function(node) and node.parent_select is select.node:
                yield name_of_function(context.script, node), node
