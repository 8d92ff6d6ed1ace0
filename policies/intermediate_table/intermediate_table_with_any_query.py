"""An intermediate table open to any query, with neither noise nor threshold."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.intermediate_table import IntermediateTable
from policies.policy import Policy, Severity, Violation
from policies.subjects import INTERMEDIATE_TABLES, Placed


def intermediate_table_with_any_query(placed: Placed[IntermediateTable]) -> Iterator[Violation]:
    """An intermediate table open to any query, with neither noise nor threshold.

    Why: Joined rows of several members, already matched, are the most revealing table of a room.
    Avoid: `allowed_analyses: [ANY_QUERY]` alone
    Prefer: templates that were read; or a threshold together with ANY_QUERY
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/working-with-intermediate-tables.html
    """
    rule = placed.declaration.rule
    if (
        rule
        and "ANY_QUERY" in rule.allowed_analyses
        and not rule.differential_privacy
        and not rule.aggregation_thresholds
    ):
        message = "any query may read the joined rows; approve templates, or add a threshold or noise"
        yield Violation(("analysis_rule", "custom", "allowed_analyses"), message)


POLICY = Policy(intermediate_table_with_any_query, INTERMEDIATE_TABLES, Severity.HIGH)
