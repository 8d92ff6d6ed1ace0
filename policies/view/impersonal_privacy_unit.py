"""A view whose privacy unit does not identify a person."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.room import BigQueryView
from policies.policy import Policy, Severity, Violation
from policies.subjects import VIEWS, Placed
from policies.views import PERSON, is_about_people, personal_columns, privacy_unit, stands_for_a_person


def impersonal_privacy_unit(placed: Placed[BigQueryView]) -> Iterator[Violation]:
    """A view whose privacy unit does not identify a person.

    Why: Thresholds count privacy units and noise hides one; if the unit is a basket, a person with many baskets
        shows through.
    Avoid: `privacy_unit_column: basket_id`, or a unit made of the person and the basket
    Prefer: the column that stands for the person, or a hash of it alone, with its `pii` declared
    Source: https://cloud.google.com/bigquery/docs/analysis-rules
    """
    policy, unit = placed.declaration.privacy_policy, privacy_unit(placed.declaration)
    if unit is None or stands_for_a_person(placed, unit):
        return
    noise = policy.differential_privacy_policy if policy else None
    part = "differential_privacy_policy" if noise else "aggregation_threshold_policy"
    if noise or is_about_people(placed):
        problem, remedy = "is not declared to stand for a person", "name the column that does, or declare its pii"
        if unit in personal_columns(placed, *PERSON):
            problem, remedy = "is not a person's identifier in every row", "name such a column, or a hash of it alone"
        message = f"the privacy unit {unit!r} {problem}; {remedy}"
        yield Violation(("privacy_policy", part, "privacy_unit_column"), message, unit)


POLICY = Policy(impersonal_privacy_unit, VIEWS, Severity.CRITICAL)
