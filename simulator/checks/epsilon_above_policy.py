"""An ε above what a view allows for one query."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.names import short_name
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import RULES_PAGE, clause_selects, number, policy_of, views_of
from simulator.checks.private_charges import SLACK, charges
from simulator.pages import BIGQUERY_GUIDE
from simulator.verdict import Finding

_PAGE = f"{BIGQUERY_GUIDE}/reference/auditlogs/rest/Shared.Types/BigQueryAuditMetadata"


def epsilon_above_policy(context: QueryContext) -> Iterator[Finding]:
    """More epsilon than max_epsilon_per_query, in one privacy clause or in all clauses of a query together.

    The policy's number is the most that one query can consume; whether all its clauses together are meant, or each
    alone, is not published. A clause without the option asks for all of it.

    Why: The larger ε is, the smaller the noise, and the more one query tells about one person.
    Avoid: `SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 20) COUNT(*) AS n FROM shop.V` (the view allows 10)
    Prefer: `SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 10) COUNT(*) AS n FROM shop.V`
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules#dp_analysis_rules
    """
    above = list(_stated(context))
    yield from above or _summed(context)


def _stated(context: QueryContext) -> Iterator[Finding]:
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


def _summed(context: QueryContext) -> Iterator[Finding]:
    for charge in charges(context):
        policy = policy_of(charge.view).differential_privacy_policy
        if policy is None or charge.epsilon <= policy.max_epsilon_per_query * (1 + SLACK):
            continue
        most = policy.max_epsilon_per_query
        message = (
            f"'{charge.view.name}' allows an epsilon of at most {most:g} per query; its privacy clauses ask for "
            f"{charge.epsilon:g} together (without the option epsilon, a clause asks for all that is allowed)"
        )
        setting = "epsilon_of_several_clauses"
        yield from context.open(epsilon_above_policy, setting, message, _PAGE, table=charge.view)
