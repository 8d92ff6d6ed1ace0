"""A view without a policy that shows whom another view protects."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.room import BigQueryView
from policies.policy import Policy, Severity, Violation
from policies.subjects import VIEWS, Placed
from policies.views import all_views, columns_of_tables, privacy_unit


def unprotected_privacy_unit(placed: Placed[BigQueryView]) -> Iterator[Violation]:
    """A view without a policy that shows whom another view protects.

    Why: The privacy unit never leaves a view under a threshold or noise; beside it, a view without a policy lists every
        unit of the same rows.
    Avoid: `SELECT customer_id, city FROM sales.orders` without a policy, beside a view whose unit is `customer_id`
    Prefer: the same policy on both views, or the unit left out
    Source: https://cloud.google.com/bigquery/docs/analysis-rules
    """
    if placed.declaration.privacy_policy is not None:
        return
    shown = columns_of_tables(placed)
    for other in all_views(placed.estate):
        unit = privacy_unit(other.declaration)
        for column in columns_of_tables(other, unit) if unit else ():
            if column in shown:
                message = f"column {shown[column]!r} is the privacy unit {unit!r} of {other.declaration.name!r}"
                yield Violation(("query",), f"{message}, and nothing protects it here; leave it out", shown[column])


POLICY = Policy(unprotected_privacy_unit, VIEWS, Severity.CRITICAL)
