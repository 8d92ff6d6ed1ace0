"""A subquery over a protected view that drops the privacy unit."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import (
    FROM_PAGE,
    is_private_source,
    private_selects,
    protected_tables,
    unit_of,
)
from simulator.checks.proven_units import unit_columns, unit_positions
from simulator.verdict import Basis, Finding


def subquery_without_privacy_unit(context: QueryContext) -> Iterator[Finding]:
    """A CTE, derived table or view over a protected view that does not select the privacy unit column unchanged.

    It must have a name of its own there, and come from no optional side of an outer join.

    Avoid: FROM (SELECT test_id FROM ds.exams)   Prefer: FROM (SELECT last_name, test_id FROM ds.exams)
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#dp_from_rules
    """
    for select, kind in private_selects(context):
        for source in select.sources.values():
            if source.query is None or not is_private_source(context, source) or unit_columns(context, source):
                continue
            table = protected_tables(context, source)[0]
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
