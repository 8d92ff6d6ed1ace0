"""A δ or a number of groups above what the view's policy states."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import clause_selects, number, policy_of, views_of
from simulator.pages import GOOGLE_SQL
from simulator.verdict import Finding

_PAGE = f"{GOOGLE_SQL}/data-definition-language#privacy_policy"


def option_above_policy(context: QueryContext) -> Iterator[Finding]:
    """The option delta or max_groups_contributed above the policy's delta_per_query or max_groups_contributed.

    A max_groups_contributed of NULL means no limit, which is above any. What a policy with 0 groups means is not
    published, either.

    Why: The page calls both values of the policy a maximum, and does not say whether a query above it is refused or
        runs with the policy's value.
    Avoid: `SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(max_groups_contributed = 3) COUNT(*) AS n FROM shop.V`
        (the policy says 2)
    Prefer: `SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(max_groups_contributed = 2) COUNT(*) AS n FROM shop.V`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#privacy_policy
    """
    for select, clause in clause_selects(context):
        delta, groups = clause.option("delta"), clause.option("max_groups_contributed")
        asked_delta, asked_groups = number(clause, "delta"), number(clause, "max_groups_contributed")
        for table in views_of(context, select):
            policy = policy_of(table).differential_privacy_policy
            if policy is None:
                continue
            most = policy.max_groups_contributed
            if delta is not None and asked_delta is not None and asked_delta > policy.delta_per_query:
                message = (
                    f"'{table.name}' states a delta of {policy.delta_per_query:g} per query; found {delta.written}"
                )
                yield from context.open(
                    option_above_policy, "query_option_above_policy", message, _PAGE, at=delta.span, table=table
                )
            if groups is not None and most is not None and (asked_groups is None or asked_groups > most):
                message = f"'{table.name}' states {most} groups per unit; found {groups.written}"
                yield from context.open(
                    option_above_policy, "query_option_above_policy", message, _PAGE, at=groups.span, table=table
                )
            if most == 0 and groups is None:
                message = f"the policy of '{table.name}' lets a unit count in 0 groups, whose meaning is not published"
                yield from context.open(
                    option_above_policy, "zero_groups_contributed", message, _PAGE, at=clause.span, table=table
                )
