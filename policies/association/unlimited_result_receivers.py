"""Results of people's rows for every receiver in the collaboration."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.association import ConfiguredTableAssociation
from policies.policy import Policy, Severity, Violation
from policies.rules import associated_table, custom, identifies_people
from policies.subjects import ASSOCIATIONS, Placed


def unlimited_result_receivers(placed: Placed[ConfiguredTableAssociation]) -> Iterator[Violation]:
    """Results of people's rows for every receiver in the collaboration.

    Why: The table's owner can name the receivers; without names a member who is granted the ability later
        receives them, too.
    Avoid: an association of a table about people without `allowed_result_receivers`
    Prefer: `allowed_result_receivers: ["222222222222"]`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/add-collaboration-analysis-rule.html
    """
    table = associated_table(placed)
    if table.rule is None or not identifies_people(table):
        return
    own, shared = custom(table), placed.declaration.rule
    named = [own.allowed_result_receivers if own else None, shared.allowed_result_receivers if shared else None]
    if all(receivers is None for receivers in named):
        message = "the receivers of results are not named; name the accounts in allowed_result_receivers"
        yield Violation(("analysis_rule",), message)


POLICY = Policy(unlimited_result_receivers, ASSOCIATIONS, Severity.MEDIUM)
