"""A privacy unit, or what is computed from it, in the rows of a result."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import RULES_PAGE, clause_selects, output_uses, touches_unit
from simulator.checks.unit_twins import UnitTwins
from simulator.verdict import Finding


def projected_privacy_unit(context: QueryContext) -> Iterator[Finding]:
    """The privacy unit of a view outside aggregate functions: selected, grouped by or sorted by.

    Values computed from it count as well. Whether a column counts that a condition sets equal to the unit is an open
    question: `s.last_name` beside `ON e.last_name = s.last_name`.

    Why: The unit is the name of a person, or stands for one. A group for each value would be a group of one person.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD last_name, COUNT(*) AS n FROM mydataset.ExamView GROUP BY last_name`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD test_id, COUNT(DISTINCT last_name) AS n FROM mydataset.ExamView
        GROUP BY test_id`
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules#agg_threshold
    """
    twins = UnitTwins(context)
    for select, _ in clause_selects(context):
        for use in output_uses(context, select):
            if touches_unit(context, use):
                message = f"the privacy unit '{use.name}' cannot be returned, only aggregated ({use.clause})"
                table = next(iter(use.origins)).table if use.origins else None
                yield from context.deny(projected_privacy_unit, message, RULES_PAGE, at=use.node, table=table)
            elif twins.is_twin(use):
                message = f"'{use.name}' is set equal to the privacy unit, whose values it would return ({use.clause})"
                setting = "column_equal_to_privacy_unit"
                yield from context.open(projected_privacy_unit, setting, message, RULES_PAGE, at=use.node)
