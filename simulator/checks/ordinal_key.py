"""GROUP BY 1, ORDER BY 2."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.listed import expressions
from simulator.sql.constructs import Construct, bare, construct_of, walk
from simulator.sql.grouping import item_at
from simulator.sql.resolved import Clause, Select
from simulator.sql.spelling import shown
from simulator.verdict import Basis, Finding

_SOURCE = f"{USER_GUIDE}/analysis-rules-aggregation.html"


def ordinal_key(context: QueryContext) -> Iterator[Finding]:
    """A select item named by its position in GROUP BY or ORDER BY.

    Why: The rule's grammar shows columns and functions as keys; whether the number of a select item may stand for one
        is not documented.
    Avoid: `SELECT v.region, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key GROUP BY 1`
    Prefer: `SELECT v.region, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY v.region`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for select in context.script.selects:
        for clause, root in expressions(select):
            key = bare(root)
            if clause in (Clause.GROUP_BY, Clause.ORDER_BY) and construct_of(context.script, key) is Construct.NUMBER:
                yield from _refusal(context, select, clause, key)


def _refusal(context: QueryContext, select: Select, clause: Clause, key: exp.Expression) -> Iterator[Finding]:
    target = item_at(select.node, key)
    written = shown(context.script, key)
    if target is None:
        message = f"{clause} {written} names no item of the select list (there are {len(select.node.expressions)})"
        yield from context.deny(ordinal_key, message, _SOURCE, at=key, basis=Basis.DERIVED)
        return
    parts = (construct for _, construct in walk(context.script, target))
    if clause is Clause.GROUP_BY and Construct.AGGREGATE in parts:
        message = f"{clause} {written} names an aggregate function; only dimension columns and functions of them group"
        yield from context.deny(ordinal_key, message, _SOURCE, at=key, basis=Basis.DERIVED)
        return
    message = (
        f"{clause} {written} names a select item by its position; the documentation shows columns and functions only"
    )
    yield from context.open(ordinal_key, "ordinal_reference", message, _SOURCE, at=key)
