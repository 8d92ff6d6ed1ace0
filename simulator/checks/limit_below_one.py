"""A LIMIT that is not a positive whole number."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.sql.spelling import shown
from simulator.verdict import Basis, Finding


def limit_below_one(context: QueryContext) -> Iterator[Finding]:
    """A LIMIT other than a positive integer literal in a list query.

    Why: The grammar of a list query ends in LIMIT and a positive integer.
    Avoid: `SELECT DISTINCT c.tier FROM crm c JOIN seg s ON c.person_key = s.person_key LIMIT 0`
    Prefer: `SELECT DISTINCT c.tier FROM crm c JOIN seg s ON c.person_key = s.person_key LIMIT 10`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-list.html
    """
    for select in context.script.selects:
        limit = select.node.args.get("limit")
        if limit is None:
            continue
        count = limit.args.get("expression")
        if not isinstance(count, exp.Literal) or count.is_string or not count.name.isdecimal() or int(count.name) < 1:
            found = shown(context.script, count) if isinstance(count, exp.Expression) else "nothing"
            message = f"LIMIT must be a positive integer, found {found}"
            source = f"{USER_GUIDE}/analysis-rules-list.html"
            yield from context.deny(limit_below_one, message, source, at=limit, basis=Basis.DERIVED)
