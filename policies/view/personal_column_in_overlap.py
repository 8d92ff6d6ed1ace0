"""A list overlap view that hands out what identifies a person."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.privacy_policy import JoinCondition, JoinRestrictionPolicy, PolicyKind
from declarations.bigquery.room import BigQueryView
from policies.personal_data import Identification
from policies.policy import Policy, Severity, Violation
from policies.subjects import VIEWS, Placed
from policies.views import personal_columns


def personal_column_in_overlap(placed: Placed[BigQueryView]) -> Iterator[Violation]:
    """A list overlap view that hands out what identifies a person.

    Why: A join restriction alone shows every column of the rows that match: whoever knows one identifier receives the
        others.
    Avoid: a list overlap view that shows `email` and `phone` and is joined on any of them
    Prefer: a view that shows the one identifier that is joined on, and no other
    Source: https://cloud.google.com/bigquery/docs/analysis-rules
    """
    policy = placed.declaration.privacy_policy
    join = policy.join_restriction_policy if policy and policy.kind is PolicyKind.LIST_OVERLAP else None
    if join is None:
        return
    for name, pii in personal_columns(placed, Identification.DIRECT).items():
        if name not in _known(join):
            message = f"column {name!r} holds {pii!r} and comes out with every row that matches; leave it out"
            yield Violation(("query",), message, name)


def _known(join: JoinRestrictionPolicy) -> tuple[str, ...]:
    """Return the columns whose values the querier must already know to join: under JOIN_ALL all, or the only one."""
    if join.join_condition is JoinCondition.JOIN_ALL or len(join.columns) == 1:
        return tuple(name.lower() for name in join.columns)
    return ()


POLICY = Policy(personal_column_in_overlap, VIEWS, Severity.CRITICAL)
