"""An outer join that keeps rows of a table without privacy units."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import FROM_PAGE, source_has_units, unit_selects
from simulator.sql.tracing import sides
from simulator.verdict import Basis, Finding

_NEEDED = {"LEFT": (True, False), "RIGHT": (False, True), "FULL": (True, True)}
_TEXTS = {
    "LEFT": "The left table in a LEFT OUTER join must contain user data",
    "RIGHT": "The right table in a RIGHT OUTER join must contain user data",
    "FULL": "Both tables in a FULL OUTER join must contain user data",
}


def public_outer_join(context: QueryContext) -> Iterator[Finding]:
    """An outer join that keeps rows of a table without a policy beside a protected view.

    LEFT JOIN with the protected relation on the right, RIGHT JOIN with it on the left, FULL JOIN with one that is not
    protected.

    Why: The rows that are kept would have no privacy unit, so they belong to nobody and cannot be counted.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM shop.Cities c LEFT JOIN shop.V v ON v.city = c.city`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM shop.V v LEFT JOIN shop.Cities c ON v.city = c.city`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#dp_from_rules
    """
    for select, _ in unit_selects(context):
        for join in select.joins:
            needed = _NEEDED.get(join.kind)
            has = tuple(any(source_has_units(context, each) for each in side) for side in sides(select, join))
            if (
                needed is None
                or not any(has)
                or all(not need or there for need, there in zip(needed, has, strict=True))
            ):
                continue
            side = {"LEFT": "the left side", "RIGHT": "the right side", "FULL": "both sides"}[join.kind]
            message = f"{side} of a {join.kind} JOIN must be protected, because its rows are kept"
            yield from context.deny(
                public_outer_join,
                message,
                FROM_PAGE,
                at=join.source.node,
                basis=Basis.DERIVED,
                service_message=_TEXTS[join.kind],
            )
