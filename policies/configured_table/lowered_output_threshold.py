"""An output column with a lower threshold than its table."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.policy import Policy, Severity, Violation
from policies.rules import custom
from policies.subjects import CONFIGURED_TABLES, Placed


def lowered_output_threshold(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """An output column with a lower threshold than its table.

    Why: The lower number decides for whatever a query puts under that name.
    Avoid: `minimum_identity_count: 5` for a column of a table with 50
    Prefer: the same or a higher number
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-min-agg-thresholds.html
    """
    rule = custom(placed.declaration)
    if rule is None or not rule.aggregation_thresholds:
        return
    threshold = rule.aggregation_thresholds[0]
    for index, output in enumerate(threshold.output_column_thresholds or ()):
        found, least = output.minimum_identity_count, threshold.minimum_identity_count
        if found != 0 and found < least:
            path = ("analysis_rule", "custom", "aggregation_thresholds", 0, "output_column_thresholds", index)
            message = (
                f"output column {output.output_column_name!r} needs {found} people only; the table asks for {least}"
            )
            yield Violation((*path, "minimum_identity_count"), message, output.output_column_name)


POLICY = Policy(lowered_output_threshold, CONFIGURED_TABLES, Severity.MEDIUM)
