"""DISTINCT after a privacy clause."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import CLAUSE_PAGES, clause_selects
from simulator.verdict import Basis, Finding


def private_select_distinct(context: QueryContext) -> Iterator[Finding]:
    """SELECT WITH AGGREGATION_THRESHOLD or DIFFERENTIAL_PRIVACY followed by DISTINCT.

    Avoid: SELECT WITH AGGREGATION_THRESHOLD DISTINCT city ...   Prefer: ... city, COUNT(*) ... GROUP BY city
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
