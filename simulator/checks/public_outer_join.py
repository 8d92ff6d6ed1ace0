"""An outer join that keeps rows of a table without privacy units."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import FROM_PAGE, is_private_source, private_selects
from simulator.sql.tracing import sides
from simulator.verdict import Basis, Finding

_NEEDED = {"LEFT": (True, False), "RIGHT": (False, True), "FULL": (True, True)}
_TEXTS = {
    "LEFT": "The left table in a LEFT OUTER join must contain user data",
    "RIGHT": "The right table in a RIGHT OUTER join must contain user data",
    "FULL": "Both tables in a FULL OUTER join must contain user data",
}


def public_outer_join(context: QueryContext) -> Iterator[Finding]:
    """LEFT JOIN with the protected relation on the right, RIGHT JOIN with it on the left, FULL JOIN with one of them.

    Avoid: FROM ds.cities c LEFT JOIN ds.visits v ON ...   Prefer: FROM ds.visits v LEFT JOIN ds.cities c ON ...
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#dp_from_rules
    """
    for select, _ in private_selects(context):
        for join in select.joins:
            needed = _NEEDED.get(join.kind)
            has = tuple(any(is_private_source(context, each) for each in side) for side in sides(select, join))
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
