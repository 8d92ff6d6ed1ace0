"""A threshold where any column may be compared with anything."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.policy import Level, Policy, Severity, Violation
from policies.rules import custom, identifies_people, providers_of_any
from policies.subjects import CONFIGURED_TABLES, Placed


def uncontrolled_comparisons(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """A threshold where any column may be compared with anything.

    Why: A threshold hides small groups, not the difference of two large ones: WHERE without limits cuts them so that
        one person is the difference.
    Avoid: `aggregation_thresholds` with ANY_QUERY and no `comparison_controls`
    Prefer: `comparison_controls` that name the columns to filter by
    Source: https://doi.org/10.1145/320613.320616
    """
    rule = custom(placed.declaration)
    if rule is None or not rule.aggregation_thresholds or rule.comparison_controls is not None:
        return
    others = providers_of_any("ANY_QUERY", placed.declaration, placed.owner)
    if others and identifies_people(placed.declaration):
        message = "any query may filter by any column; name the columns to compare in comparison_controls"
        yield Violation(("analysis_rule", "custom", "comparison_controls"), message)


POLICY = Policy(uncontrolled_comparisons, CONFIGURED_TABLES, Severity.MEDIUM, level=Level.ADVISORY)
