"""A view whose privacy unit stands for no person."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.room import BigQueryView
from policies.policy import Policy, Severity, Violation
from policies.subjects import VIEWS, Placed
from policies.views import PERSON, is_about_people, personal_columns, privacy_unit


def impersonal_privacy_unit(placed: Placed[BigQueryView]) -> Iterator[Violation]:
    """A view whose privacy unit stands for no person.

    Why: Thresholds count privacy units and noise hides one; if the unit is a basket, a person with many baskets
        shows through.
    Avoid: `privacy_unit_column: basket_id`
    Prefer: the column that stands for the person, with its `pii` declared
    Source: https://cloud.google.com/bigquery/docs/analysis-rules
    """
    policy, unit = placed.declaration.privacy_policy, privacy_unit(placed.declaration)
    if unit is None or unit in personal_columns(placed, *PERSON):
        return
    noise = policy.differential_privacy_policy if policy else None
    part = "differential_privacy_policy" if noise else "aggregation_threshold_policy"
    if noise or is_about_people(placed):
        message = f"the privacy unit {unit!r} is not declared to stand for a person; name the column that does"
        yield Violation(("privacy_policy", part, "privacy_unit_column"), f"{message}, or declare its pii", unit)


POLICY = Policy(impersonal_privacy_unit, VIEWS, Severity.CRITICAL)
