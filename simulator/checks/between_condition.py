"""BETWEEN in a filter."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.listed import found, is_list_query, rule_page
from simulator.sql.constructs import Construct
from simulator.sql.resolved import Clause
from simulator.verdict import Finding


def between_condition(context: QueryContext) -> Iterator[Finding]:
    """BETWEEN in WHERE: absent from the list of conditions, yet used by an example of the same guide.

    Avoid: WHERE v.hour BETWEEN 1 AND 5   Prefer: WHERE v.hour >= 1 AND v.hour <= 5
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    setting = "between_in_list_filter" if is_list_query(context) else "between_in_where"
    for _, _, node in found(context, Construct.BETWEEN, clauses=(Clause.WHERE,)):
        message = "BETWEEN is not among the listed conditions; write >= and <="
        yield from context.open(between_condition, setting, message, rule_page(context), at=node)
