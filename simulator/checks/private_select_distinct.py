"""DISTINCT after a privacy clause."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import CLAUSE_PAGES, clause_selects
from simulator.verdict import Basis, Finding


def private_select_distinct(context: QueryContext) -> Iterator[Finding]:
    """DISTINCT in a SELECT with a privacy clause.

    Why: DISTINCT would list values. With a clause, groups come out only where enough people are behind them, or with
        noise.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD DISTINCT test_id FROM mydataset.ExamView`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD test_id, COUNT(*) AS n FROM mydataset.ExamView GROUP BY test_id`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#agg_threshold_clause
    """
    for select, clause in clause_selects(context):
        if clause.distinct or select.node.args.get("distinct"):
            yield from context.deny(
                private_select_distinct,
                f"WITH {clause.kind} does not support DISTINCT; group by the columns",
                CLAUSE_PAGES[clause.kind],
                at=clause.span,
                basis=Basis.DERIVED,
                service_message=f"SELECT WITH {clause.kind} does not support DISTINCT",
            )
