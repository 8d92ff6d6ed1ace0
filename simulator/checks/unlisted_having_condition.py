"""A HAVING condition that is not `aggregate = number`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.listed import found
from simulator.sql.constructs import Construct, bare, construct_of
from simulator.sql.resolved import Clause
from simulator.sql.spelling import shown
from simulator.verdict import Finding


def unlisted_having_condition(context: QueryContext) -> Iterator[Finding]:
    """A comparison in HAVING other than one aggregate function with one number.

    Why: The guide lets HAVING compare an aggregate of one column with a number, and nothing else.
    Avoid: `SELECT v.region, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY v.region HAVING v.region = 'EU'`
    Prefer: `SELECT v.region, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY v.region HAVING SUM(v.watch_secs) > 500`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for _, _, node in found(context, Construct.COMPARISON, clauses=(Clause.HAVING,)):
        sides = sorted(_side(context, bare(side)) for side in (node.this, node.expression))
        if sides != sorted((Construct.AGGREGATE, Construct.NUMBER)):
            written = shown(context.script, node)
            message = f"HAVING compares an aggregate function with a number; found {written}"
            source = f"{USER_GUIDE}/analysis-rules-aggregation.html"
            yield from context.deny(unlisted_having_condition, message, source, at=node)


def _side(context: QueryContext, node: exp.Expression) -> Construct:
    use = context.script.use(node) if isinstance(node, exp.Column) else None
    if use is not None and use.projection is not None and use.origins <= use.projection.origins:
        return construct_of(context.script, bare(use.projection.node))
    return construct_of(context.script, node)
