"""Any query on people's rows, with neither noise nor threshold."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from declarations.naming import listed
from policies.policy import Policy, Severity, Violation
from policies.rules import custom, identifies_people, providers_of_any
from policies.subjects import CONFIGURED_TABLES, Placed


def unreviewed_queries(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """Any query on people's rows, with neither noise nor threshold.

    Why: ANY_QUERY without a control is SELECT * for every account on the list.
    Avoid: `allowed_analyses: [ANY_QUERY]` alone
    Prefer: templates that were read; or differential privacy or a threshold together with ANY_QUERY
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-custom.html
    """
    rule = custom(placed.declaration)
    if rule is None or rule.differential_privacy or rule.aggregation_thresholds:
        return
    others = providers_of_any("ANY_QUERY", placed.declaration, placed.owner)
    if others and identifies_people(placed.declaration):
        message = (
            f"any query of {listed(others)} may read rows about people; approve templates, or add a threshold or noise"
        )
        yield Violation(("analysis_rule", "custom", "allowed_analyses"), message)


POLICY = Policy(unreviewed_queries, CONFIGURED_TABLES, Severity.CRITICAL)
