"""An ambiguous name where the privacy unit of a view may be meant."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import RULES_PAGE
from simulator.verdict import Finding


def ambiguous_privacy_unit(context: QueryContext) -> Iterator[Finding]:
    """The privacy unit of a view by its name alone, where tables without a policy in FROM have a column of that name.

    GoogleSQL calls such a name ambiguous; yet BigQuery's page on analysis rules says of such a query that it runs. Any
    other name that two entries of FROM have is ambiguous for good.

    Avoid: COUNT(DISTINCT last_name) ... FROM ds.exams JOIN ds.students USING (test_score), where both have last_name
    Prefer: COUNT(DISTINCT exams.last_name)
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules#join_restriction_policy
    """
    for reading in context.script.unit_readings:
        message = f"{reading.problem} (read as the privacy unit of '{reading.view.name}')"
        page = f"{RULES_PAGE}#join_restriction_policy"
        yield from context.open(
            ambiguous_privacy_unit, "ambiguous_privacy_unit", message, page, at=reading.node, table=reading.view
        )
