"""BETWEEN in a filter."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.listed import found, is_list_query, rule_page
from simulator.sql.constructs import Construct
from simulator.sql.resolved import Clause
from simulator.verdict import Finding


def between_condition(context: QueryContext) -> Iterator[Finding]:
    """BETWEEN in WHERE.

    Why: The guide's list of conditions does not have BETWEEN, while an example on the same page uses it.
    Avoid: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        WHERE v.hour_no BETWEEN 1 AND 5`
    Prefer: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        WHERE v.hour_no >= 1 AND v.hour_no <= 5`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    setting = "between_in_list_filter" if is_list_query(context) else "between_in_where"
    for _, _, node in found(context, Construct.BETWEEN, clauses=(Clause.WHERE,)):
        message = "BETWEEN is not among the listed conditions; write >= and <="
        yield from context.open(between_condition, setting, message, rule_page(context), at=node)
