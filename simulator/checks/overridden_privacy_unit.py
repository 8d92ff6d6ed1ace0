"""A privacy clause that names another privacy unit than the view's policy."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import CLAUSE_PAGES, clause_selects, unit_of, views_of
from simulator.sql.clause_options import ValueKind
from simulator.verdict import Finding

_TEXT = "Can't override the privacy unit column set in view."


def overridden_privacy_unit(context: QueryContext) -> Iterator[Finding]:
    """The option privacy_unit_column over a view with a policy, with another column than the policy's.

    Avoid: OPTIONS(privacy_unit_column = city) on a view whose unit is visitor_id   Prefer: no option, or visitor_id
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#agg_threshold_clause
    """
    for select, clause in clause_selects(context):
        option = clause.option("privacy_unit_column")
        if option is None or option.kind is not ValueKind.PATH:
            continue
        for table in views_of(context, select):
            unit = unit_of(table)
            named = option.text.lower()
            if named != unit and not named.endswith(f".{unit}"):
                message = f"privacy_unit_column must be '{unit}', the unit of '{table.name}'; found '{option.text}'"
                yield from context.deny(
                    overridden_privacy_unit,
                    message,
                    CLAUSE_PAGES[clause.kind],
                    at=option.span,
                    table=table,
                    service_message=_TEXT,
                )
