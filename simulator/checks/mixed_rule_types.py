"""Tables with different kinds of rules in one query."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.verdict import Finding


def mixed_rule_types(context: QueryContext) -> Iterator[Finding]:
    """Tables with rules of different types in one query.

    ID mapping tables take on the type of the others.

    Why: Each type of rule has a grammar of its own, so the service requires all tables of a query to have rules of one
        type.
    Avoid: `SELECT DISTINCT s.seg_code FROM seg s JOIN orders o ON s.person_key = o.cust_key`
        (a list rule and an aggregation rule)
    Prefer: tables whose rules have one type
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules.html
    """
    ruled = [table for table in context.script.tables().values() if table.rule is not None]
    types = {table.rule.rule_type for table in ruled if table.rule is not None}
    if len(types) > 1:
        each = ", ".join(f"'{table.name}': {table.rule.rule_type}" for table in ruled if table.rule is not None)
        message = f"all tables of a query must have the same type of analysis rule; found {each}"
        yield from context.deny(mixed_rule_types, message, f"{USER_GUIDE}/analysis-rules.html")
