"""An output column that no threshold protects."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.policy import Policy, Severity, Violation
from policies.rules import custom
from policies.subjects import CONFIGURED_TABLES, Placed


def exempt_output_column(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """An output column that no threshold protects.

    Why: minimum_identity_count 0 shows values of single people under that name; any query can choose the
        name.
    Avoid: `output_column_thresholds: [{output_column_name: total, minimum_identity_count: 0}]`
    Prefer: the threshold of the table
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-min-agg-thresholds.html
    """
    rule = custom(placed.declaration)
    if rule is None or not rule.aggregation_thresholds:
        return
    for index, output in enumerate(rule.aggregation_thresholds[0].output_column_thresholds or ()):
        if output.minimum_identity_count == 0:
            path = ("analysis_rule", "custom", "aggregation_thresholds", 0, "output_column_thresholds", index)
            message = f"output column {output.output_column_name!r} has no threshold; give it at least the table's"
            yield Violation((*path, "minimum_identity_count"), message, output.output_column_name)


POLICY = Policy(exempt_output_column, CONFIGURED_TABLES, Severity.CRITICAL)
