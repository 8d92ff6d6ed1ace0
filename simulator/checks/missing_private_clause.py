"""A protected view that is read without its privacy clause."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.privacy_policy import PolicyKind
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import CLAUSE_PAGES, is_inside_clause, policy_of, views_behind
from simulator.verdict import Finding

_TEXT = (
    "You must use SELECT WITH AGGREGATION_THRESHOLD for this query because a privacy policy has been set by a data "
    "owner."
)


def missing_private_clause(context: QueryContext) -> Iterator[Finding]:
    """Rows of a view under a threshold or differential privacy that no SELECT WITH releases.

    A CTE, subquery or view over a protected view needs no clause of its own, as long as every SELECT that uses it has
    one in the end.

    Why: Rows of such a view leave it only as aggregates of enough people, or with noise; the clause is what applies the
        policy.
    Avoid: `SELECT test_id, COUNT(*) AS n FROM mydataset.ExamView GROUP BY test_id`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD test_id, COUNT(*) AS n FROM mydataset.ExamView GROUP BY test_id`
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules
    """
    for select in context.script.selects:
        if is_inside_clause(context, select):
            continue
        for source in select.sources.values():
            for table in views_behind(context, source) if source.table is not None else ():
                kind = policy_of(table).kind
                message = f"'{table.name}' is under {kind}; write SELECT WITH {kind} in the query over it"
                yield from context.deny(
                    missing_private_clause,
                    message,
                    CLAUSE_PAGES[kind],
                    at=source.node,
                    table=table,
                    service_message=_TEXT if kind is PolicyKind.AGGREGATION_THRESHOLD else None,
                )
