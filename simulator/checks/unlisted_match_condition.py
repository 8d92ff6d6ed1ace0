"""A match condition that is not `column = column` across the join."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.listed import rule_page
from simulator.sql.match_conditions import match_conditions
from simulator.sql.spelling import shown
from simulator.verdict import Finding


def unlisted_match_condition(context: QueryContext) -> Iterator[Finding]:
    """A condition in ON other than the equality of one column from each side of the join.

    Why: A join is for matching; anything else in ON would be a filter, on columns that perhaps may not be filtered by.
    Avoid: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key AND v.hour_no = 8`
    Prefer: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key WHERE v.hour_no = 8`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    script, source = context.script, rule_page(context)
    for select in script.selects:
        for join in select.joins:
            for condition in match_conditions(script, select, join):
                if condition.is_equality and condition.crosses:
                    continue
                asked = (
                    f"a match condition must compare '{join.source.alias}' with a table before it"
                    if condition.is_equality
                    else "a match condition in ON must be column = column"
                )
                message = f"{asked}; found {shown(script, condition.node)}"
                yield from context.deny(unlisted_match_condition, message, source, at=condition.node)
