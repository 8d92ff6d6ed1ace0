"""A view about people under a threshold that may be joined on any column."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.room import BigQueryView
from policies.policy import Policy, Severity, Violation
from policies.subjects import VIEWS, Placed
from policies.views import is_about_people


def unrestricted_view_join(placed: Placed[BigQueryView]) -> Iterator[Violation]:
    """A view about people under a threshold that may be joined on any column.

    Why: Without a join restriction a query brings a list of its own and joins it on whatever singles people out, or
        asks about everybody in the view without a join.
    Avoid: an `aggregation_threshold_policy` without `join_restriction_policy`
    Prefer: `join_restriction_policy: {join_condition: JOIN_ANY, join_allowed_columns: [customer_id]}` beside it
    Source: https://cloud.google.com/bigquery/docs/analysis-rules
    """
    policy = placed.declaration.privacy_policy
    if policy is None or policy.aggregation_threshold_policy is None or policy.join_restriction_policy:
        return
    if is_about_people(placed):
        message = "join_restriction_policy is absent: the view may be joined on any column; name those that may"
        yield Violation(("privacy_policy", "join_restriction_policy"), message)


POLICY = Policy(unrestricted_view_join, VIEWS, Severity.MEDIUM)
