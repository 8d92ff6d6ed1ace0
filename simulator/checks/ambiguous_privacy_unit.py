"""An ambiguous name where the privacy unit of a view may be meant."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import RULES_PAGE
from simulator.verdict import Finding


def ambiguous_privacy_unit(context: QueryContext) -> Iterator[Finding]:
    """The privacy unit of a view by its name alone, where tables without a policy in FROM have a column of that name.

    GoogleSQL calls such a name ambiguous; BigQuery's page on analysis rules nevertheless shows such a query and says
    that it runs. Any other name that two entries of FROM have is ambiguous for good.

    Why: It matters which column is meant: one counts people of the view, the other counts rows of another table.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD test_id, COUNT(DISTINCT last_name) AS n FROM mydataset.ExamView
        JOIN mydataset.StudentTable USING (test_score) GROUP BY test_id`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD test_id, COUNT(DISTINCT ExamView.last_name) AS n FROM mydataset.ExamView
        JOIN mydataset.StudentTable USING (test_score) GROUP BY test_id`
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules#join_restriction_policy
    """
    for reading in context.script.unit_readings:
        message = f"{reading.problem} (read as the privacy unit of '{reading.view.name}')"
        page = f"{RULES_PAGE}#join_restriction_policy"
        yield from context.open(
            ambiguous_privacy_unit, "ambiguous_privacy_unit", message, page, at=reading.node, table=reading.view
        )
