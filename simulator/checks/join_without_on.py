"""A join whose match condition is not written as ON."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.checks.listed import rule_name, rule_page
from simulator.verdict import Basis, Finding


def join_without_on(context: QueryContext) -> Iterator[Finding]:
    """A NATURAL join, a join with USING, or an inner join without a condition.

    Why: The rule's grammar joins with JOIN ... ON. A NATURAL join would match by whatever columns happen to share a
        name.
    Avoid: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o USING (cust_key)`
    Prefer: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for select in context.script.selects:
        for join in select.joins:
            found = None
            if join.natural:
                found = "a NATURAL join"
            elif join.using:
                found = f"USING ({', '.join(join.using)})"
            elif join.kind == "INNER" and (join.condition is None or isinstance(join.condition, exp.Boolean)):
                found = "a join without a condition"
            if found is not None:
                message = f"tables are joined with ON under {rule_name(context)}; found {found}"
                at, source = join.source.node, rule_page(context)
                yield from context.deny(join_without_on, message, source, at=at, basis=Basis.DERIVED)
