"""Differential privacy in name only: so much epsilon that no noise is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from declarations.bigquery.room import BigQueryView
from policies.policy import Policy, Severity, Violation
from policies.subjects import VIEWS, Placed

_NO_NOISE: Final = 100.0
"""From this epsilon on, the noise of a count (scale 2/100: half of it for the group's count) rounds to nothing."""


def noiseless_view(placed: Placed[BigQueryView]) -> Iterator[Violation]:
    """Differential privacy in name only: so much epsilon that no noise is left.

    Why: Noise shrinks as epsilon grows; from 100 on, a count comes out exact, and the view only looks private.
        BigQuery's own pages take the noise away by an epsilon of 1e20.
    Avoid: `max_epsilon_per_query: 1000`
    Prefer: `max_epsilon_per_query: 1`
    Source: https://cloud.google.com/bigquery/docs/differential-privacy
    """
    policy = placed.declaration.privacy_policy
    rule = policy.differential_privacy_policy if policy else None
    if rule and rule.max_epsilon_per_query >= _NO_NOISE:
        message = f"a query may ask for epsilon {rule.max_epsilon_per_query:g}, which leaves no noise; stay below"
        path = ("privacy_policy", "differential_privacy_policy", "max_epsilon_per_query")
        yield Violation(path, f"{message} {_NO_NOISE:g}, far below for privacy")


POLICY = Policy(noiseless_view, VIEWS, Severity.CRITICAL, waivable=False)
