"""A privacy unit, or what is computed from it, in the rows of a result."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import RULES_PAGE, clause_selects, output_uses, touches_unit
from simulator.verdict import Finding


def projected_privacy_unit(context: QueryContext) -> Iterator[Finding]:
    """The privacy unit column of a view outside aggregates: selected, grouped or sorted by, unchanged or computed.

    Avoid: SELECT WITH AGGREGATION_THRESHOLD last_name, COUNT(*) ... GROUP BY last_name
    Prefer: SELECT WITH AGGREGATION_THRESHOLD test_id, COUNT(DISTINCT last_name) ... GROUP BY test_id
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules#agg_threshold
    """
    for select, _ in clause_selects(context):
        for use in output_uses(context, select):
            if touches_unit(context, use):
                message = f"the privacy unit '{use.name}' cannot be returned, only aggregated ({use.clause})"
                table = next(iter(use.origins)).table if use.origins else None
                yield from context.deny(projected_privacy_unit, message, RULES_PAGE, at=use.node, table=table)
