"""A view whose own query puts rows of several privacy units together, or those of one under several."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import FROM_PAGE
from simulator.verdict import Finding


def mixed_privacy_units(context: QueryContext) -> Iterator[Finding]:
    """A view whose own query mixes privacy units: it puts rows of several together, or rows of one under several.

    Under differential privacy: window functions and GROUP BY that do not keep the unit apart, LIMIT, subqueries of
    expressions over rows of units, and joins of them on other columns than the unit.

    Under differential privacy and thresholds: a unit that is drawn, unnested, computed from other rows or by what
    cannot be followed, taken from several columns of one table or computed from it in several ways, or that an outer
    join leaves NULL. One person's rows are then those of many units, or of none. Tables without a column of the unit's
    name are about nobody.

    Why: Noise hides what the rows of one unit change. If they change the rows of all others as well, epsilon says
        nothing about a unit. No page says that BigQuery refuses such a view; below a clause, it refuses the same.
    Avoid: a view of `SELECT visitor, MAX(spend) OVER (PARTITION BY city) AS most FROM shop.Visits`
    Prefer: a view of `SELECT visitor, MAX(spend) OVER (PARTITION BY visitor) AS most FROM shop.Visits`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#dp_from_rules
    """
    for table in context.script.tables().values():
        view = table.protected_view
        if view is not None and view.mixed_units is not None:
            unit = view.policy.privacy_unit_column
            is_private = view.policy.differential_privacy_policy is not None
            effect = (
                "epsilon says nothing about one"
                if is_private
                else "the threshold may count one person as more than one"
            )
            message = f"the query of '{table.name}' has {view.mixed_units}, so that {effect} '{unit}'"
            yield from context.open(mixed_privacy_units, "view_mixes_privacy_units", message, FROM_PAGE, table=table)
