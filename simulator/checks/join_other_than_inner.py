"""A join that keeps rows without a match."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.listed import rule_name, rule_page
from simulator.sql.resolved import Join
from simulator.verdict import Finding


def join_other_than_inner(context: QueryContext) -> Iterator[Finding]:
    """LEFT, RIGHT, FULL, CROSS, SEMI or ANTI JOIN, or a comma in FROM.

    Why: An outer join keeps people who are not in the other table, and so tells who they are; the rule is for what both
        sides have in common.
    Avoid: `SELECT SUM(v.watch_secs) AS s FROM views v LEFT JOIN orders o ON v.cust_key = o.cust_key`
    Prefer: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for select in context.script.selects:
        for join in select.joins:
            found = _other_kind(join)
            if found is not None:
                message = f"only INNER JOIN ... ON is supported under {rule_name(context)}; found {found}"
                at = join.source.node
                yield from context.deny(join_other_than_inner, message, rule_page(context), at=at)


def _other_kind(join: Join) -> str | None:
    if join.kind == "COMMA":
        return "a comma between tables"
    if join.kind != "INNER":
        return f"{join.kind} JOIN"
    extra = [name for name, value in join.node.args.items() if value and name not in _PLAIN]
    return f"{extra[0].strip('_').replace('_', ' ').upper()} of a join" if extra else None


_PLAIN = frozenset({"this", "on", "using", "kind", "side", "method"})
