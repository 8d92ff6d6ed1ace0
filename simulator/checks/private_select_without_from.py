"""A privacy clause that has no data."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import CLAUSE_PAGES, clause_selects
from simulator.verdict import Basis, Finding


def private_select_without_from(context: QueryContext) -> Iterator[Finding]:
    """A SELECT with a privacy clause and without FROM.

    Why: Without a relation there is no privacy unit, and nothing to protect.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD OPTIONS(threshold = 1) COUNT(*) AS n`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD OPTIONS(threshold = 1, privacy_unit_column = city) COUNT(*) AS n
        FROM shop.Cities`
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
