"""A query threshold below the view's."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import CLAUSE_PAGES, clause_selects, number, policy_of, views_of
from simulator.verdict import Finding


def threshold_below_policy(context: QueryContext) -> Iterator[Finding]:
    """The option threshold with a lower number than the policy of a view in FROM.

    An equal number is fine.

    Why: The owner's threshold is the least number of people that a group must hold; the asker may raise it, and never
        lower it.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD OPTIONS(threshold = 2) COUNT(*) AS n FROM shop.V` (the policy says 3)
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD OPTIONS(threshold = 4) COUNT(*) AS n FROM shop.V`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#agg_threshold_clause
    """
    for select, clause in clause_selects(context):
        asked = number(clause, "threshold")
        for table in views_of(context, select):
            policy, option = policy_of(table).aggregation_threshold_policy, clause.option("threshold")
            if policy is not None and option is not None and asked is not None and asked < policy.threshold:
                message = f"the threshold of '{table.name}' is {policy.threshold}; found {option.written}"
                yield from context.deny(
                    threshold_below_policy,
                    message,
                    CLAUSE_PAGES[clause.kind],
                    at=option.span,
                    table=table,
                    service_message="Aggregation threshold is too low.",
                )
