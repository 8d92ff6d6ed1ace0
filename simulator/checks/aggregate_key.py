"""GROUP BY an aggregate."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.listed import found
from simulator.sql.constructs import Construct, walk
from simulator.sql.resolved import Clause
from simulator.verdict import Basis, Finding


def aggregate_key(context: QueryContext) -> Iterator[Finding]:
    """A GROUP BY key that is the alias of an item with an aggregate function.

    Why: Groups have to be known before anything is aggregated in them, and the rule's grammar groups by dimension
        columns and scalar functions of them only.
    Avoid: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key GROUP BY s`
    Prefer: `SELECT v.region, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY v.region`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    script = context.script
    for _, _, node in found(context, Construct.COLUMN, clauses=(Clause.GROUP_BY,)):
        use = script.use(node)
        if use is None or use.projection is None or not isinstance(use.projection.node, exp.Expression):
            continue
        if any(construct is Construct.AGGREGATE for _, construct in walk(script, use.projection.node)):
            message = (
                f"GROUP BY '{use.name}' names an aggregate function; only dimension columns and functions of them group"
            )
            source = f"{USER_GUIDE}/analysis-rules-aggregation.html"
            yield from context.deny(aggregate_key, message, source, at=node, basis=Basis.DERIVED)
