"""Aggregates over expressions, under a threshold."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.policy import Policy, Severity, Violation
from policies.rules import custom
from policies.subjects import CONFIGURED_TABLES, Placed


def any_expression_under_threshold(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """Aggregates over expressions, under a threshold.

    Why: SUM(CASE WHEN id = 'x' THEN 1 END) counts one person among a group that is large enough.
    Avoid: `allowed_aggregate_expression_type: ANY_EXPRESSION`
    Prefer: `COLUMNS_ONLY`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-min-agg-thresholds.html
    """
    rule = custom(placed.declaration)
    for threshold in (rule.aggregation_thresholds if rule else None) or ():
        if threshold.allowed_aggregate_expression_type == "ANY_EXPRESSION":
            path = ("analysis_rule", "custom", "aggregation_thresholds", 0, "allowed_aggregate_expression_type")
            message = "aggregates may hold conditions that pick one person out of a group; use 'COLUMNS_ONLY'"
            yield Violation(path, message)


POLICY = Policy(any_expression_under_threshold, CONFIGURED_TABLES, Severity.HIGH)
