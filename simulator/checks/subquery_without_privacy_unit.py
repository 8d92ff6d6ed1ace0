"""A subquery over a protected view that drops the privacy unit."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import (
    FROM_PAGE,
    source_has_units,
    unit_of,
    unit_selects,
    views_behind,
)
from simulator.checks.proven_units import unit_columns, unit_positions
from simulator.verdict import Basis, Finding


def subquery_without_privacy_unit(context: QueryContext) -> Iterator[Finding]:
    """A CTE, derived table or view over a protected view that does not select the privacy unit column unchanged.

    It must have a name of its own there, and come from no optional side of an outer join.

    Why: Without the unit, nobody can tell whose rows the query around it aggregates.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM (SELECT test_id FROM mydataset.ExamView)`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM (SELECT last_name, test_id FROM mydataset.ExamView)`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#dp_from_rules
    """
    for select, kind in unit_selects(context):
        for source in select.sources.values():
            if source.query is None or not source_has_units(context, source) or unit_columns(context, source):
                continue
            table = views_behind(context, source)[0]
            unit = unit_of(table)
            text = f"Subqueries of {kind.lower()} queries must explicitly SELECT the userid column '{unit}'"
            message = f"the subquery over '{table.name}' must select its privacy unit '{unit}'"
            if unit_positions(context, source.query):
                message += " under a name that no other column of it has"
            yield from context.deny(
                subquery_without_privacy_unit,
                message,
                FROM_PAGE,
                at=source.node,
                table=table,
                basis=Basis.DERIVED,
                service_message=text,
            )
