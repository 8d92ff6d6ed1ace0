"""An aggregate over something computed, where the rule takes a column."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.listed import found
from simulator.sql.constructs import Construct, bare
from simulator.sql.spelling import shown
from simulator.verdict import Basis, Finding

_SOURCE = f"{USER_GUIDE}/analysis-rules-aggregation.html"


def aggregate_of_expression(context: QueryContext) -> Iterator[Finding]:
    """An aggregate function over anything but one bare column: arithmetic, a function, CASE, a constant, `*`.

    Why: `SUM(CASE WHEN cust_key = 'k-17' THEN watch_secs END)` would show what one person watched, behind the threshold
        that everybody else's rows meet.
    Avoid: `SELECT SUM(v.watch_secs * v.hour_no) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key`
    Prefer: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for _, _, node in found(context, Construct.AGGREGATE):
        for argument in _arguments(node):
            if isinstance(argument, exp.Column) and not isinstance(argument.this, exp.Star):
                continue
            # No sentence names COUNT(*) and COUNT(1); they fall out of the grammar.
            basis = Basis.DERIVED if isinstance(argument, (exp.Star, exp.Literal)) else Basis.DOCUMENTED
            message = f"an aggregate function takes a column of a table; found {shown(context.script, node)}"
            yield from context.deny(aggregate_of_expression, message, _SOURCE, at=node, basis=basis)
        if any(value for name, value in node.args.items() if name not in ("this", "big_int")):
            message = f"an aggregate function takes one column; found {shown(context.script, node)}"
            yield from context.deny(aggregate_of_expression, message, _SOURCE, at=node)


def _arguments(node: exp.Expression) -> list[exp.Expression]:
    inner = node.this.expressions if isinstance(node.this, exp.Distinct) else [node.this]
    return [bare(item) for item in inner if isinstance(item, exp.Expression)]
