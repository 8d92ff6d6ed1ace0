"""A view in which one person may count in as many groups as a query likes."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.room import BigQueryView
from policies.policy import Policy, Severity, Violation
from policies.subjects import VIEWS, Placed


def unbounded_groups(placed: Placed[BigQueryView]) -> Iterator[Violation]:
    """A view in which one person may count in as many groups as a query likes.

    Why: Noise is sized for a bounded number of groups per person; without max_groups_contributed in the policy a query
        sets it, NULL takes the bound away, and the loss of a person in 50 groups is up to 50 times epsilon.
    Avoid: a `differential_privacy_policy` without `max_groups_contributed`
    Prefer: `max_groups_contributed: 1`, or as many groups as a person usually is in
    Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#privacy_policy
    """
    policy = placed.declaration.privacy_policy
    rule = policy.differential_privacy_policy if policy else None
    if rule and not rule.max_groups_contributed:
        message = f"max_groups_contributed is {'absent' if rule.max_groups_contributed is None else 0}: a person may"
        path = ("privacy_policy", "differential_privacy_policy", "max_groups_contributed")
        yield Violation(path, f"{message} count in as many groups as a query likes; state it, such as 1")


POLICY = Policy(unbounded_groups, VIEWS, Severity.HIGH)
