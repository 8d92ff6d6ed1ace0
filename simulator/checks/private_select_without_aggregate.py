"""A privacy clause over rows that are not aggregated."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.bigquery.privacy_policy import PolicyKind
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import RULES_PAGE, clause_selects, own_parts
from simulator.verdict import Finding


def private_select_without_aggregate(context: QueryContext) -> Iterator[Finding]:
    """A SELECT with a privacy clause and without an aggregate function.

    Under DIFFERENTIAL_PRIVACY, a GROUP BY without aggregates is an open question: open-source GoogleSQL takes it,
    BigQuery's pages are silent.

    Why: A policy releases aggregates of people, never their rows; BigQuery's page says that the query must include
        aggregate functions.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD test_id FROM mydataset.ExamView GROUP BY test_id`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD test_id, COUNT(*) AS n FROM mydataset.ExamView GROUP BY test_id`
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules#query_agg_threshold_view
    """
    for select, clause in clause_selects(context):
        if any(own_parts(select, exp.AggFunc)):
            continue
        message = f"WITH {clause.kind} needs an aggregate function in the select list; found none"
        check, at = private_select_without_aggregate, clause.span
        if clause.kind is PolicyKind.DIFFERENTIAL_PRIVACY and select.node.args.get("group") is not None:
            yield from context.open(check, "private_group_without_aggregate", message, RULES_PAGE, at=at)
        else:
            yield from context.deny(check, message, RULES_PAGE, at=at)
