"""A privacy clause that has no data."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import CLAUSE_PAGES, clause_selects
from simulator.verdict import Basis, Finding


def private_select_without_from(context: QueryContext) -> Iterator[Finding]:
    """SELECT WITH AGGREGATION_THRESHOLD or DIFFERENTIAL_PRIVACY without FROM.

    Avoid: SELECT WITH AGGREGATION_THRESHOLD COUNT(*)   Prefer: ... COUNT(*) FROM ds.visits
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#agg_threshold_clause
    """
    for select, clause in clause_selects(context):
        if not select.sources:
            text = f"SELECT without FROM clause cannot specify WITH {clause.kind}"  # noqa: S608 - a sentence, no query
            yield from context.deny(
                private_select_without_from,
                f"WITH {clause.kind} needs a FROM clause",
                CLAUSE_PAGES[clause.kind],
                at=clause.span,
                basis=Basis.DERIVED,
                service_message=text,
            )
