"""An ε above what the view allows for one query."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.names import short_name
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import RULES_PAGE, clause_selects, number, policy_of, views_of
from simulator.verdict import Finding


def epsilon_above_policy(context: QueryContext) -> Iterator[Finding]:
    """The option epsilon with a higher number than max_epsilon_per_query of a view in FROM.

    Avoid: OPTIONS(epsilon = 20) on a view with max_epsilon_per_query 10   Prefer: OPTIONS(epsilon = 10)
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules#dp_analysis_rules
    """
    for select, clause in clause_selects(context):
        asked, option = number(clause, "epsilon"), clause.option("epsilon")
        for table in views_of(context, select):
            policy = policy_of(table).differential_privacy_policy
            if policy is None or option is None or asked is None or asked <= policy.max_epsilon_per_query:
                continue
            most = policy.max_epsilon_per_query
            text = f"Epsilon is too high: {asked:g}, policy for table {short_name(table.name)} allows max {most:g}"
            message = f"'{table.name}' allows an epsilon of at most {most:g} per query; found {option.written}"
            yield from context.deny(
                epsilon_above_policy, message, RULES_PAGE, at=option.span, table=table, service_message=text
            )
