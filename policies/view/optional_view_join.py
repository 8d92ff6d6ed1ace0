"""A view about people under a threshold that may be queried by itself."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.privacy_policy import JoinCondition
from declarations.bigquery.room import BigQueryView
from policies.policy import Level, Policy, Severity, Violation
from policies.subjects import VIEWS, Placed
from policies.views import is_about_people


def optional_view_join(placed: Placed[BigQueryView]) -> Iterator[Violation]:
    """A view about people under a threshold that may be queried by itself.

    Why: Without a join the partner needs no customer in common: it can count anybody in the view.
    Avoid: `join_condition: JOIN_NOT_REQUIRED` beside a threshold
    Prefer: `join_condition: JOIN_ANY`
    Source: https://cloud.google.com/bigquery/docs/analysis-rules
    """
    policy = placed.declaration.privacy_policy
    join = policy.join_restriction_policy if policy and policy.aggregation_threshold_policy else None
    if join and join.join_condition is JoinCondition.JOIN_NOT_REQUIRED and is_about_people(placed):
        path = ("privacy_policy", "join_restriction_policy", "join_condition")
        yield Violation(path, "the view may be queried without a join; use 'JOIN_ANY' or 'JOIN_ALL'")


POLICY = Policy(optional_view_join, VIEWS, Severity.LOW, level=Level.ADVISORY)
