"""A table about people that may be queried by itself."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.policy import Level, Policy, Severity, Violation
from policies.rules import aggregation, identifies_people
from policies.subjects import CONFIGURED_TABLES, Placed


def aggregation_without_join(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """A table about people that may be queried by itself.

    Why: Without a join the partner needs no customer in common: it can count anybody in the table.
    Avoid: no `join_required`
    Prefer: `join_required: QUERY_RUNNER`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    rule = aggregation(placed.declaration)
    if rule is None or rule.join_required is not None or not identifies_people(placed.declaration):
        return
    owner = placed.room.members.get(placed.owner)
    if owner is None or "CAN_QUERY" not in owner.member_abilities:
        message = "join_required is absent: the table can be queried without a join; set it to 'QUERY_RUNNER'"
        yield Violation(("analysis_rule", "aggregation", "join_required"), message)


POLICY = Policy(aggregation_without_join, CONFIGURED_TABLES, Severity.LOW, level=Level.ADVISORY)
