"""A view under differential privacy whose own query puts rows of several privacy units together."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import FROM_PAGE
from simulator.verdict import Finding


def mixed_privacy_units(context: QueryContext) -> Iterator[Finding]:
    """A view under differential privacy whose own query computes the row of one unit from rows of others.

    Window functions and GROUP BY that do not keep the unit apart, LIMIT, subqueries of expressions over rows of units,
    and joins of them on other columns than the unit. So does a unit that is taken from several columns of one table, or
    that an outer join leaves NULL: one person's rows are then those of many units, or of none. Tables without a column
    of the unit's name are about nobody.

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
            message = (
                f"the query of '{table.name}' has {view.mixed_units}, so that epsilon says nothing about one '{unit}'"
            )
            yield from context.open(mixed_privacy_units, "view_mixes_privacy_units", message, FROM_PAGE, table=table)
